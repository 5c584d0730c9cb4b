#!/bin/bash
# Runs a command with YUNHENG_TEST_POSTGRES naming a throw-away PostgreSQL, where its programs are present.
# Usage: with_postgres.sh COMMAND [ARGUMENT...]
set -eu

if [ -n "${YUNHENG_TEST_POSTGRES:-}" ]; then
    exec "$@"
fi
programs=$(pg_config --bindir 2>/dev/null || true)
if [ ! -x "$programs/initdb" ]; then
    programs=$(dirname "$(readlink -f "$(command -v initdb || echo /none/initdb)")")
fi
if [ ! -x "$programs/initdb" ] || [ ! -x "$programs/pg_ctl" ]; then
    echo "skipped: no PostgreSQL here, records are tested on SQLite only"
    exec "$@"
fi

# The server refuses to run as root.
as=()
if [ "$(id -u)" = 0 ]; then
    user=postgres
    id $user >/dev/null 2>&1 || user=nobody
    as=(setpriv --reuid=$user --regid="$(id -g $user)" --clear-groups)
fi
folder=$(mktemp -d "${TMPDIR:-/tmp}/yunheng-pg.XXXXXX")
[ ${#as[@]} -eq 0 ] || chown "$user" "$folder"
stop() {
    "${as[@]}" "$programs/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cd "$folder"
"${as[@]}" "$programs/initdb" -D "$folder/data" -U yunheng --auth=trust --encoding=UTF8 --locale=C.UTF-8 >"$folder/initdb.log" 2>&1 \
    || { cat "$folder/initdb.log"; exit 1; }
options="-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories=$folder -c fsync=off -c full_page_writes=off"
"${as[@]}" "$programs/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w -o "$options" start >/dev/null \
    || { cat "$folder/server.log"; exit 1; }
cd - >/dev/null
YUNHENG_TEST_POSTGRES="postgres://yunheng@127.0.0.1:$port/postgres" "$@"
