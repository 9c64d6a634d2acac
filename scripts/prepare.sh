#!/bin/sh
# Installs what a build needs and does not find, by the names that Debian 12 and 13 give it. Does nothing when all is there.
set -eu

release=""
if [ -r /etc/os-release ]; then
    release=$(. /etc/os-release && echo "${ID:-} ${VERSION_ID:-0}")
fi

packages=""
if ! command -v swift >/dev/null 2>&1; then
    case "$release" in
    "debian 1"[3-9]* | "debian "[2-9][0-9]*) packages="swiftlang swiftlang-dev" ;;
    *)
        echo "swift is missing: take Swift 6.3 for this system from https://www.swift.org/install/linux, put its usr/bin into PATH, then type the command again" >&2
        exit 1
        ;;
    esac
fi

if command -v pkg-config >/dev/null 2>&1; then
    for pair in sqlite3:libsqlite3-dev libcrypto:libssl-dev yaml-0.1:libyaml-dev rdkafka:librdkafka-dev; do
        pkg-config --exists "${pair%%:*}" || packages="$packages ${pair#*:}"
    done
else
    packages="$packages pkgconf libsqlite3-dev libssl-dev libyaml-dev librdkafka-dev"
fi
case "$release" in
"debian 12"*) packages=$(echo "$packages" | sed 's/pkgconf/pkg-config/') ;;
esac
[ -n "$packages" ] || exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null 2>&1 && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
        as_root=sudo
    else
        as_root=none
    fi
fi
if [ "$as_root" = none ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "missing: install (as root, names of Debian) $packages, then type the command again" >&2
    exit 1
fi

echo "Installing:$(echo " $packages" | tr -s ' ')"
$as_root apt-get update -qq
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -o Dpkg::Use-Pty=0 --no-install-recommends $packages >/dev/null
