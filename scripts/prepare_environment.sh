#!/bin/sh
# Makes .venv with exactly the locked packages and links the source tree into it.
# Usage: prepare_environment.sh run|dev
set -eu
cd "$(dirname "$0")/.."
kind=$1
lock=requirements/$kind.lock
stamps=.venv/stamps

is_current() { [ -e "$stamps/$1" ] && [ "$stamps/$1" -nt "requirements/$1.lock" ]; }

find_python() {
    for name in "${PYTHON:-}" python3 python3.13 python3.12 python3.11; do
        if [ -n "$name" ] && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    echo "Cần Python 3.11 trở lên (đặt PYTHON=/đường/dẫn nếu cài ở nơi khác)." >&2
    exit 1
}

# The developer's set contains everything that running needs.
if is_current dev || is_current "$kind"; then
    exit 0
fi
if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    python=$(find_python)
    if ! "$python" -m venv .venv; then
        echo "Không tạo được môi trường Python. Trên Debian hay Ubuntu: apt-get install python3-venv" >&2
        exit 1
    fi
fi
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
.venv/bin/python scripts/link_source.py
mkdir -p "$stamps"
touch "$stamps/$kind"
