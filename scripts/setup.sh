#!/bin/sh
# Makes sure of what the build needs besides the Swift toolchain: the headers of libzstd and, for the HTTP client, of zlib; and
# pkg-config.
set -eu

if ! command -v "${SWIFT:-swift}" >/dev/null 2>&1; then
  echo "setup: there is no swift on the PATH; install the toolchain, 6.2 or later: https://www.swift.org/install/" >&2
  exit 1
fi

missing=""
command -v pkg-config >/dev/null 2>&1 || missing="pkg-config"
if [ -n "$missing" ] || ! pkg-config --exists libzstd; then
  missing="$missing libzstd-dev"
fi
# macOS has it in its SDK.
if [ "$(uname)" = Linux ] && { [ -n "$missing" ] || ! pkg-config --exists zlib; }; then
  missing="$missing zlib1g-dev"
fi
# shellcheck disable=SC2086 # a list of words
set -- $missing
[ $# -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
  echo "setup: install pkg-config, and libzstd and zlib with their headers, then run this again" >&2
  echo "  macOS: brew install pkg-config zstd    Fedora: dnf install pkgconf libzstd-devel zlib-devel" >&2
  exit 1
fi

as_root=""
if [ "$(id -u)" != 0 ]; then
  if ! command -v sudo >/dev/null 2>&1; then
    echo "setup: not root, and there is no sudo; run as root: apt-get install $*" >&2
    exit 1
  fi
  as_root="sudo"
fi
echo "setup: installing $* with apt-get"
$as_root apt-get update -qq
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null
pkg-config --exists libzstd
