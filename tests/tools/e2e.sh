#!/bin/bash
# Serves a small demo, and one of hostile names, and walks through their pages in a browser.
# Usage: e2e.sh YUNHENG_PROGRAM
set -eu
program=$1
if ! command -v chromium >/dev/null || ! command -v npm >/dev/null; then
    echo "skipped: the browser tests need chromium and npm"
    exit 0
fi
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d "${TMPDIR:-/tmp}/yunheng-e2e.XXXXXX")
servers=()
stop() {
    [ ${#servers[@]} = 0 ] || kill "${servers[@]}" 2>/dev/null || true
    wait
    rm -rf "$folder"
}
trap stop EXIT

# Serves the project of a folder; its address goes to `url`.
serve() {
    "$program" -C "$folder/$1" serve --port 0 >"$folder/$1.serve.log" 2>&1 &
    servers+=($!)
    url=
    for _ in $(seq 100); do
        url=$(grep -oE 'http://[^ ]+token=[^ ]+' "$folder/$1.serve.log" || true)
        [ -z "$url" ] || return 0
        kill -0 "${servers[-1]}" 2>/dev/null || break
        sleep 0.1
    done
    echo "the server did not start:"
    cat "$folder/$1.serve.log"
    exit 1
}

"$program" demo "$folder/demo" --scale 0.1 >"$folder/demo.log" 2>&1 || { cat "$folder/demo.log"; exit 1; }
python3 "$here/hostile_project.py" "$program" "$folder/hostile" >"$folder/hostile.log" 2>&1 || { cat "$folder/hostile.log"; exit 1; }
serve hostile
export YUNHENG_HOSTILE_URL=$url
serve demo
cd "$here/../../web"
npm run e2e -- --base-url "$url"
