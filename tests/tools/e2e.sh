#!/bin/bash
# Serves a small demo and walks through its pages in a browser.
# Usage: e2e.sh YUNHENG_PROGRAM
set -eu
program=$1
if ! command -v chromium >/dev/null || ! command -v npm >/dev/null; then
    echo "skipped: the browser tests need chromium and npm"
    exit 0
fi
folder=$(mktemp -d "${TMPDIR:-/tmp}/yunheng-e2e.XXXXXX")
server=
stop() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$folder"
}
trap stop EXIT
"$program" demo "$folder/demo" --scale 0.1 >"$folder/demo.log" 2>&1 || { cat "$folder/demo.log"; exit 1; }
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$program" -C "$folder/demo" serve --port "$port" >"$folder/serve.log" 2>&1 &
server=$!
for _ in $(seq 100); do
    url=$(grep -oE 'http://[^ ]+token=[^ ]+' "$folder/serve.log" || true)
    [ -z "$url" ] || break
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
done
[ -n "$url" ] || { echo "the server did not start:"; cat "$folder/serve.log"; exit 1; }
cd "$(dirname "$0")/../../web"
npm run e2e -- --base-url "$url"
