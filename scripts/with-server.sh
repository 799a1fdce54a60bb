#!/usr/bin/env bash
# with-server.sh COMMAND...: runs the command next to a throw-away server (the debug build, SQLite, simulator on), whose
# URL it finds in BASE_URL. The server's log is printed when the command fails.
set -euo pipefail
binary=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && realpath "${CARGO_TARGET_DIR:-target}/debug/fanfare")

folder=$(mktemp -d)
server=
stop() {
  local status=$?
  trap - EXIT INT TERM HUP
  if [ -n "$server" ]; then
    kill -TERM "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  [ "$status" = 0 ] || tail -n 200 "$folder/log" >&2
  rm -rf "$folder"
  exit "$status"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Settings of the caller's, such as SERVER_SETTINGS="FANFARE_CREATES_PER_MINUTE=1000".
read -ra settings <<<"${SERVER_SETTINGS:-FANFARE_LOG=info}"

# In a folder of its own: no .env and no data of the developer's is read.
mkdir "$folder/data"
touch "$folder/log"
(cd "$folder" && exec env -i PATH="$PATH" FANFARE_BIND=127.0.0.1:0 FANFARE_DATA="$folder/data" \
  "${settings[@]}" \
  "$binary" serve) >"$folder/log" 2>&1 </dev/null &
server=$!

for _ in $(seq 300); do
  BASE_URL=$(sed -n 's|^listening on \(http://[0-9.:]*\).*|\1|p' "$folder/log" | head -n 1)
  if [ -n "$BASE_URL" ] || ! kill -0 "$server" 2>/dev/null; then break; fi
  sleep 0.1
done
if [ -z "$BASE_URL" ]; then
  echo "the server did not start:" >&2
  exit 1
fi
export BASE_URL
"$@"
