#!/bin/sh
# usage: Conformance/report/run.sh FOLDER
#
# Opens the HTML reports that FOLDER has (make report-check writes them) in headless Chromium and looks at what they do.
# Makes the Python environment, and on Debian and Ubuntu installs Chromium, where they are missing. Screenshots are left
# in Conformance/report/screenshots.
set -eu

if [ $# -ne 1 ]; then
    echo "usage: $0 FOLDER" >&2
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
    echo "report-check: installing the pinned packages of requirements.txt into Conformance/report/.venv" >&2
    rm -rf "$environment"
    "${PYTHON:-python3}" -m venv "$environment" \
        || fail "python3 -m venv failed (Debian and Ubuntu: apt-get install python3-venv)"
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary=:all: \
        -r "$folder/requirements.txt" || fail "pip could not install requirements.txt"
    cp "$folder/requirements.txt" "$stamp"
fi

find_browser() {
    for name in "${CHROMIUM:-chromium}" chromium-browser google-chrome; do
        command -v "$name" && return 0
    done
    return 1
}

if ! browser=$(find_browser); then
    if command -v apt-get >/dev/null 2>&1; then
        as_root=""
        [ "$(id -u)" = 0 ] || as_root="sudo"
        echo "report-check: installing chromium with apt-get" >&2
        $as_root apt-get update -qq
        DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends \
            chromium fonts-dejavu-core >/dev/null || fail "apt-get could not install chromium"
        browser=$(find_browser) || fail "there is no chromium after its installation"
    else
        echo "report-check: downloading Playwright's Chromium" >&2
        "$environment/bin/python" -m playwright install chromium >/dev/null \
            || fail "no Chromium: install one, or name it in CHROMIUM"
        browser=""
    fi
fi

exec "$environment/bin/python" "$folder/check.py" "$1" --browser "$browser"
