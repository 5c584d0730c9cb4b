#!/bin/bash
# Odd and damaged input, new each round, MINUTES for each of: filters, model files, their layout, CSV, XLSX, JSON Lines.
# A panic ends it with the input.
# Usage: fuzz.sh MINUTES
set -eu
minutes=${1:-10}
export YUNHENG_FUZZ_CASES=20000
# The readers' crate is built with the whole workspace, as everywhere.
cargo nextest run --release --workspace --no-run
for test in filters_never_panic model_files_never_panic formatting_never_panics \
    any_bytes_are damaged_csv_is damaged_xlsx_is damaged_jsonl_is; do
    rounds=0
    until=$((SECONDS + minutes * 60))
    while [ $SECONDS -lt $until ]; do
        cargo nextest run --release --workspace --status-level fail --final-status-level fail -E "test(/$test/)"
        rounds=$((rounds + 1))
    done
    echo "fuzz: $test: $rounds rounds of $YUNHENG_FUZZ_CASES, no panic"
done
