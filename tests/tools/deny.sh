#!/bin/bash
# Licences, bans and sources; advisories too, where their database can be fetched.
set -eu
if ! command -v cargo-deny >/dev/null; then
    echo "skipped: no cargo-deny (make setup installs it)"
    exit 0
fi
cargo deny check licenses bans sources
if cargo deny fetch db >/dev/null 2>&1; then
    cargo deny check advisories
else
    echo "skipped: the advisory database cannot be fetched here"
fi
