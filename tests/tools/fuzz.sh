#!/bin/bash
# Odd filters and model files, new ones each round, until the time is up; a failure ends it with the input.
# Usage: fuzz.sh MINUTES
set -eu
until=$((SECONDS + ${1:-10} * 60))
while [ $SECONDS -lt $until ]; do
    YUNHENG_FUZZ_CASES=3000 CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/fast" cargo test --quiet -p yh-metrics --test it -- never_panic
done
echo "fuzz: nothing panicked"
