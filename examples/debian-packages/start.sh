#!/usr/bin/env bash
# From a fresh checkout on Debian 12 with Node 20.19 or newer to the result document of job.py:
# installs what building needs if it is missing (as root or by sudo), builds, and runs the job on
# this machine's own package list. The result document goes to standard output, all else to
# standard error. Options are passed on, for example: start.sh --wall 30s
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."

node -e 'const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node ${process.versions.node} is too old: 20.19 or newer is needed`);
  process.exit(1);
}'

bash .ci/install >&2
# npm writes this file last, so an installation that was cut short is done again.
[ -e node_modules/.package-lock.json ] || npm ci --no-fund --no-audit >&2
[ -e dist/front/cli/main.js ] && [ -e native/build/broodbox-native ] || npm run build >&2

data=$(mktemp -d "${TMPDIR:-/tmp}/broodbox-example-XXXXXX")
trap 'rm -rf "$data"' EXIT
apt-cache dumpavail >"$data/packages"
if [ "$(wc -l <"$data/packages")" -lt 1000 ]; then
    # A fresh machine has no package lists yet; what is installed already says little.
    echo "the package lists are missing or empty; run apt-get update as root first" >&2
    exit 1
fi
echo "running on $(grep -c '^Package:' "$data/packages") package records" >&2
npx --no-install broodbox run --json "$@" --input "packages=$data/packages" "$here/job.py"
