#!/bin/sh
# usage: integrations/check/run.sh GGUF_BINARY
#
# Runs what the files of integrations/ say, as far as a machine without those services can. Needs git, jq, bash and Python
# 3.11 or newer with venv; the network once, for the packages that requirements.txt pins.
set -eu

if [ $# -ne 1 ]; then
    echo "usage: $0 GGUF_BINARY" >&2
    exit 64
fi

folder=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
environment=$folder/.venv
stamp=$environment/requirements.installed

fail() {
    echo "FAIL environment: $1"
    echo "0 passed, 1 failed"
    exit 1
}

if ! cmp -s "$folder/requirements.txt" "$stamp"; then
    echo "integrations: installing the pinned packages of requirements.txt into integrations/check/.venv" >&2
    rm -rf "$environment"
    "${PYTHON:-python3}" -m venv "$environment" \
        || fail "python3 -m venv failed (Debian and Ubuntu: apt-get install python3-venv)"
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary=:all: \
        -r "$folder/requirements.txt" || fail "pip could not install requirements.txt"
    cp "$folder/requirements.txt" "$stamp"
fi
for tool in bash git jq; do
    command -v "$tool" >/dev/null && continue
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq "$tool" >/dev/null
    command -v "$tool" >/dev/null || fail "$tool is needed (Debian and Ubuntu: apt-get install $tool)"
done

exec "$environment/bin/python" "$folder/check.py" "$1"
