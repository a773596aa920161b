#!/bin/sh
# usage: seeds.sh VECTORS OUT. Golden vectors as seeds, one file each: OUT/fuzz_frame and OUT/fuzz_spec.
# The first byte of a seed is what the fuzzer takes off first: how to split, or which message.
set -eu
vectors=$1 out=$2
mkdir -p "$out/fuzz_frame" "$out/fuzz_spec"

# seeds FILE DIRECTORY FIRST-BYTE
seeds() {
    grep -v '^#' "$vectors/$1" | while read -r name _ hex _; do
        [ "$hex" != - ] || hex=
        # printf wants octal; awk turns pairs of hex digits into it without any tool beyond POSIX.
        printf "$(printf '%s%s' "$3" "$hex" | awk '{
            for (i = 1; i < length($0); i += 2) {
                high = index("0123456789abcdef", substr($0, i, 1)) - 1
                low = index("0123456789abcdef", substr($0, i + 1, 1)) - 1
                printf "\\%03o", high * 16 + low
            }
        }')" >"$2/${1%.txt}-$name"
    done
}

seeds frames.txt "$out/fuzz_frame" 03
seeds request.txt "$out/fuzz_spec" 00
seeds to-init.txt "$out/fuzz_spec" 01
