#!/usr/bin/env bash
# fetch-kernel.sh [DIRECTORY]: downloads Debian's kernel and unpacks it there, without installing it:
# an installation would also build a boot image and touch the boot loader.
set -euo pipefail

directory=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/broodbox/vm-kernel}
package=$(apt-cache depends linux-image-amd64 | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)/\1/p' | head -1)
if [ -z "$package" ]; then
    echo "apt knows no linux-image-amd64; run apt-get update, on Debian" >&2
    exit 1
fi
if [ -e "$directory/boot/vmlinuz-${package#linux-image-}" ]; then
    echo "$package is in $directory"
    exit 0
fi
# apt drops its privileges for a download, and needs a directory where it may write without them.
scratch=$(mktemp -d)
chmod 755 "$scratch"
[ "$(id -u)" != 0 ] || chown _apt "$scratch" 2>/dev/null || true
trap 'rm -rf "$scratch"' EXIT
(cd "$scratch" && apt-get -q download "$package")
mkdir -p "$directory"
dpkg -x "$scratch"/*.deb "$directory"
echo "$package is in $directory"
