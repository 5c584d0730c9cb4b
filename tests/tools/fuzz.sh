#!/bin/bash
# Odd filters, model files and layouts, then odd and damaged data files, new ones each round; MINUTES for each of the
# two. A failure ends it with the input.
# Usage: fuzz.sh MINUTES
set -eu
export YUNHENG_FUZZ_CASES=3000
rounds() {
    local until=$((SECONDS + minutes * 60))
    while [ $SECONDS -lt $until ]; do
        "$@"
    done
}
minutes=${1:-10}
rounds env CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/fast" cargo test --quiet -p yh-metrics --test it -- never_panic
# The readers' crate is built with the whole workspace, as everywhere.
rounds cargo nextest run --release --workspace --status-level fail -E 'test(/laws::(any_bytes|damaged_files|every_row)/)'
echo "fuzz: nothing panicked"
