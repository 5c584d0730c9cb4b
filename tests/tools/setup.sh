#!/bin/bash
# Installs what the tests need and this machine lacks; what cannot be had is said, not fatal.
# Usage: setup.sh TOOLS_DIR
set -eu
tools=$1
mkdir -p "$tools"

for tool in cargo-nextest cargo-deny; do
    if ! command -v $tool >/dev/null; then
        echo "installing $tool into $tools (once, some minutes)"
        cargo install --locked --quiet --root "$tools" $tool || echo "note: $tool cannot be installed; its checks fail or run another way"
    fi
done

if ! command -v chromium >/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "installing chromium from the distribution"
        (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium fonts-noto-cjk) >/dev/null \
            || echo "note: chromium cannot be installed; the browser tests are skipped"
    else
        echo "note: no chromium; install it with 'apt-get install chromium' to run the browser tests"
    fi
fi
