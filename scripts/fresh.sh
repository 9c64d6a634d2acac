#!/bin/sh
# Proves the two commands on a machine that has nothing: Debian 13 laid into a folder, a clone of the current commit,
# `make demo`, `make test`. FRESH names the folder, KEEP=1 leaves it there, MIRROR is Debian's.
set -eu

here=$(pwd)
folder=${FRESH:-$here/.make/fresh}
mirror=${MIRROR:-http://deb.debian.org/debian}
commit=$(git rev-parse HEAD)

if [ "$(id -u)" -ne 0 ]; then
    echo "make fresh lays out a system and enters it by chroot: run it as root" >&2
    exit 1
fi
if ! command -v debootstrap >/dev/null 2>&1; then
    echo "debootstrap is missing: apt-get install debootstrap, then type the command again" >&2
    exit 1
fi
if [ -e "$folder" ]; then
    echo "$folder is there already: remove it, or name another by FRESH=" >&2
    exit 1
fi
[ -z "$(git status --porcelain)" ] || echo "Not committed, so not in the clone: $(git status --porcelain | wc -l) files"

leave() {
    umount "$folder/proc" 2>/dev/null || true
    # Never below a folder that still has something mounted.
    if [ -z "${KEEP:-}" ] && ! grep -q " $folder/" /proc/mounts; then
        rm -rf --one-file-system "$folder"
    fi
}
trap leave EXIT
trap 'exit 130' INT TERM

mkdir -p "$folder"
folder=$(cd "$folder" && pwd -P)
echo "Debian 13 into $folder"
# make alone is added: without it neither command could be typed.
debootstrap --variant=minbase --include=make trixie "$folder" "$mirror" >"$folder.log" 2>&1 || {
    tail -5 "$folder.log" >&2
    exit 1
}
# Swift finds its own libraries by /proc/self.
mount -t proc proc "$folder/proc"
git clone --quiet --no-hardlinks "$here" "$folder/root/chengxin"
git -C "$folder/root/chengxin" checkout --quiet --detach "$commit"

inside() {
    chroot "$folder" /usr/bin/env -i HOME=/root LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} "$@" </dev/null
}
for target in demo test; do
    begun=$(date +%s)
    echo "make $target, at $commit"
    inside make -C /root/chengxin "$target"
    echo "make $target took $(($(date +%s) - begun)) s"
done
