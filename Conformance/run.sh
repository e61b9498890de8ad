#!/bin/sh
# usage: Conformance/run.sh GGUF_BINARY [options of run.py]
#
# Makes the Python environment when it is missing or its requirements changed, then runs the checks in it.
set -eu

if [ $# -lt 1 ]; then
    echo "usage: $0 GGUF_BINARY [--only TEXT] [--seed N] [--update]" >&2
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
    echo "conformance: installing the pinned packages of requirements.txt into Conformance/.venv" >&2
    rm -rf "$environment"
    "${PYTHON:-python3}" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
        || fail "Python 3.11 or newer is needed (set PYTHON to choose one)"
    "${PYTHON:-python3}" -m venv "$environment" \
        || fail "python3 -m venv failed (Debian and Ubuntu: apt-get install python3-venv)"
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary=:all: \
        --no-binary=modelvet \
        -r "$folder/requirements.txt" || fail "pip could not install requirements.txt"
    cp "$folder/requirements.txt" "$stamp"
fi

exec "$environment/bin/python" "$folder/run.py" "$@"
