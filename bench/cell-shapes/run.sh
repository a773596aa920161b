#!/bin/sh
# Builds and runs the spike, as root: run.sh [ITERATIONS [PYTHON]].
# Leaves nothing behind, and fails if it did.
set -eu
[ "$(id -u)" = 0 ] || { echo "run.sh: cannot make namespaces: run as root" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
flags="-O2 -std=gnu17 -Wall -Wextra -Werror"
cc $flags -o "$build/cell_shapes" "$here/cell_shapes.c"
cc $flags -fPIC -shared -o "$build/cell_shapes.so" "$here/cell_shapes.c"

left() {
    printf '%s mounts, %s processes of ours, %s net namespaces\n' \
        "$(wc -l </proc/self/mountinfo)" \
        "$(pgrep -fc "$build/")" \
        "$(readlink /proc/[0-9]*/ns/net 2>/dev/null | sort -u | wc -l)"
}
before=$(left)
/usr/bin/python3 -I "$here/shapes.py" "$build/cell_shapes" "$build/cell_shapes.so" \
    "${1:-300}" "${2:-/usr/bin/python3}"
sleep 1
printf '\nbefore: %s\nafter:  %s\n' "$before" "$(left)"
[ "$before" = "$(left)" ]
