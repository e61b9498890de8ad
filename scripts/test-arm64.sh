#!/bin/sh
# Compiles the kernels for arm64, as for this machine, and runs both (arm64 under QEMU) on the golden data and on seeded
# weights: every set's bytes must be the golden ones, and the checksums of all else the same on both. On Debian and Ubuntu
# it installs the emulator and arm64's C library.
set -eu
cd "$(dirname "$0")/.."
work=.build/arm64
mkdir -p "$work"

# The toolchain's clang stands beside swift.
swift=$(command -v "${SWIFT:-swift}")
clang=$(dirname "$(readlink -f "$swift")")/clang
[ -x "$clang" ] || clang=clang

if ! command -v qemu-aarch64-static >/dev/null 2>&1 || [ ! -d /usr/aarch64-linux-gnu/include ]; then
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "test-arm64: needs qemu-aarch64-static and arm64's C library in /usr/aarch64-linux-gnu" >&2
    exit 1
  fi
  as_root=""
  [ "$(id -u)" = 0 ] || as_root="sudo"
  echo "test-arm64: installing qemu-user-static, gcc-aarch64-linux-gnu and libc6-dev-arm64-cross with apt-get"
  $as_root apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends \
    qemu-user-static gcc-aarch64-linux-gnu libc6-dev-arm64-cross >/dev/null
fi

compile() {
  # shellcheck disable=SC2086 # a list of options
  "$clang" $1 -std=gnu11 -O2 -ffp-contract=off -Wall -Wextra -Werror -ISources/CKernels/include \
    Sources/CKernels/*.c "Tests/OtherArchitectures/${3:-kernels}.c" -o "$2"
}

run() {
  name=$1
  shift
  echo "test-arm64: $name"
  if ! "$@" samples/golden >"$work/$name.txt"; then
    grep FAIL "$work/$name.txt" | head -20
    exit 1
  fi
  # What cannot fail proves nothing.
  if "$@" samples/golden --broken >"$work/broken.txt" 2>/dev/null || ! grep -q FAIL "$work/broken.txt"; then
    echo "test-arm64: golden blocks with a wrong bit were taken for good" >&2
    exit 1
  fi
}

compile "" "$work/kernels-native"
compile "--target=aarch64-linux-gnu -isystem /usr/aarch64-linux-gnu/include -static -fuse-ld=lld" "$work/kernels-arm64"
run native "$work/kernels-native"
run arm64 qemu-aarch64-static "$work/kernels-arm64"

# Products with activations, moments, and what is found wrong in blocks have no golden data here; their bits are compared.
for what in products moments faults; do
  compile "" "$work/$what-native" $what
  compile "--target=aarch64-linux-gnu -isystem /usr/aarch64-linux-gnu/include -static -fuse-ld=lld" \
    "$work/$what-arm64" $what
  echo "test-arm64: $what"
  "$work/$what-native" >"$work/$what.txt"
  cat "$work/$what.txt" >>"$work/native.txt"
  qemu-aarch64-static "$work/$what-arm64" >>"$work/arm64.txt"
  if "$work/$what-native" --broken >"$work/broken.txt" 2>/dev/null || ! grep -q FAIL "$work/broken.txt"; then
    echo "test-arm64: wrong $what were taken for good" >&2
    exit 1
  fi
done
if ! diff "$work/native.txt" "$work/arm64.txt" >"$work/difference.txt"; then
  echo "test-arm64: checksums of seeded data (encoded, encoded by importance, decoded, bounds, products, moments, faults) differ:" >&2
  cat "$work/difference.txt" >&2
  exit 1
fi
echo "test-arm64: arm64 writes and reads the same bytes as this machine"
