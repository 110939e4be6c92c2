#!/bin/sh
# scripts/fuzz.sh TARGET [SECONDS]: run a fuzz target of tests/fuzz guided by coverage; crashes are kept in var/fuzz.
# TARGET: edxml, or office-KIND, where KIND is word, sheets, slides, names or pdf.
set -eu
target=$1
seconds=${2:-900}
cd "$(dirname "$0")/.."
place=var/fuzz/$target
mkdir -p "$place/corpus"
.venv/bin/python -m tests.fuzz.seeds "$place/corpus" "$target"
kind=${target#*-}
[ "$kind" = "$target" ] && kind=
exec .venv/bin/python "tests/fuzz/fuzz_${target%%-*}.py" $kind -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2000 \
    -max_len=60000 -artifact_prefix="$place/crash-" "$place/corpus"
