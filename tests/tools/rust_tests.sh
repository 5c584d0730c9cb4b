#!/bin/bash
# All Rust tests, in the one profile that everything is built in.
set -eu
if command -v cargo-nextest >/dev/null; then
    cargo nextest run --release --workspace --no-fail-fast
else
    cargo test --release --workspace --no-fail-fast
fi
