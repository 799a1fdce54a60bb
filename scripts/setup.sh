#!/usr/bin/env bash
# setup.sh [bench]: installs the servers and the browser that the tests start; with `bench`, what the benchmarks need in
# place of the browser. Only root on a Debian system installs; for anyone else it says what is missing and exits with
# status 1.
set -euo pipefail

has_postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null; }
has_redis() { command -v redis-server >/dev/null; }
has_venv() { python3 -c 'import ensurepip' 2>/dev/null; }
has_chromium() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null; }

missing=()
has_postgres || missing+=(postgresql)
has_redis || missing+=(redis-server)
if [ "${1:-}" = bench ]; then
  command -v wrk >/dev/null || missing+=(wrk)
  command -v psql >/dev/null || missing+=(postgresql-client)
  command -v cc >/dev/null || missing+=(gcc)
else
  has_venv || missing+=(python3-venv)
  has_chromium || missing+=(chromium)
fi

for tool in cargo node npm; do
  if ! command -v "$tool" >/dev/null; then
    echo "missing: $tool. Install Rust from https://rustup.rs and Node.js 20 or newer from https://nodejs.org." >&2
    exit 1
  fi
done
[ "${#missing[@]}" -gt 0 ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "missing: ${missing[*]}" >&2
  echo "On Debian or Ubuntu: sudo apt-get install ${missing[*]}" >&2
  [ "${1:-}" = bench ] || echo "On macOS: brew install postgresql redis chromium" >&2
  exit 1
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() {
  DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${missing[@]}" </dev/null >>"$log" 2>&1
}
echo "installing: ${missing[*]}"
# Package lists are refreshed only if the present ones do not suffice.
if ! install && ! { apt-get update </dev/null >>"$log" 2>&1 && install; }; then
  cat "$log" >&2
  echo "could not install: ${missing[*]}" >&2
  exit 1
fi
