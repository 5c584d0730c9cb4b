#!/bin/bash
# Licences, bans and sources must be checked. Advisories are where their database can be had; where it cannot, that is said.
set -eu
if ! command -v cargo-deny >/dev/null; then
    echo "FAILED: licences, bans, sources and advisories were NOT checked: there is no cargo-deny."
    echo "Install it with 'make setup', or 'cargo install --locked cargo-deny'."
    exit 1
fi
cargo deny check licenses bans sources
if reason=$(cargo deny fetch db 2>&1); then
    cargo deny check advisories
    echo "checked: licences, bans, sources, advisories"
else
    echo "checked: licences, bans, sources"
    echo "NOT checked: advisories (known holes of dependencies). Their database cannot be fetched here:"
    echo "$reason" | tail -n 3 | sed 's/^/    /'
fi
