#!/bin/sh
# Regenerates the committed code on both sides from broodbox.proto and broodbox.options:
#   src/wire/generated/ (needs node_modules) and native/generated/ (needs protoc and nanopb's plugin).
set -eu
cd "$(dirname "$0")"
typescript=../src/wire/generated
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Comments are kept for the types only: they are two fifths of a file that each start would read.
# --force-number changes types only: a decoded 64-bit number is a Long all the same, and src/wire/decode.ts
# converts it; without it the types would import a package that is not a dependency of ours.
for comments in --comments --no-comments; do
    ../node_modules/.bin/pbjs --target static-module --wrap esm --root broodbox \
        --dependency protobufjs/minimal.js --no-create --no-verify --no-convert --no-delimited \
        --no-typeurl --force-number "$comments" --dts --out "$work/broodbox$comments.js" broodbox.proto
done
sed -e '1i /* eslint-disable */' -e '/^import Long = require("long");$/d' \
    "$work/broodbox--comments.d.ts" >"$typescript/broodbox.d.ts"
# Without a type of its own the export fails tsc: it emits declarations for JavaScript too (TS9005). The
# real types are in broodbox.d.ts, which is what imports resolve to.
sed -e '1s|.*|/* eslint-disable */|' \
    -e 's|^export const broodbox = |/** @type {unknown} */\n&|' \
    "$work/broodbox--no-comments.js" >"$typescript/broodbox.js"

protoc --plugin=protoc-gen-nanopb="$(command -v protoc-gen-nanopb)" \
    --nanopb_out=../native/generated broodbox.proto
