#!/bin/sh
# usage: Conformance/models/run.sh GGUF_BINARY [MODEL...]
#
# Makes the Python environment when it is missing or its requirements changed, then compares models of each architecture
# with what llama.cpp's converter and llama-quantize make of them.
set -eu

if [ $# -lt 1 ]; then
    echo "usage: $0 GGUF_BINARY [MODEL...]" >&2
    exit 64
fi

folder=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
environment=$folder/.venv
stamp=$environment/requirements.installed

if ! cmp -s "$folder/requirements.txt" "$stamp"; then
    echo "conformance-models: installing the pinned packages into Conformance/models/.venv (1 GB)" >&2
    rm -rf "$environment"
    "${PYTHON:-python3}" -m venv "$environment"
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check -r "$folder/requirements.txt"
    cp "$folder/requirements.txt" "$stamp"
fi

exec nice "$environment/bin/python" "$folder/run.py" "$@"
