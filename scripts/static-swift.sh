#!/bin/sh
# Prints the option that links Swift's own libraries into a program, when this toolchain has them as archives.
set -eu
swift=$(readlink -f "$(command -v swift)")
if [ -d "$(dirname "$(dirname "$swift")")/lib/swift_static/linux" ]; then
    echo --static-swift-stdlib
fi
