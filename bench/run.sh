#!/usr/bin/env bash
# run.sh PART...: builds the release server and runs parts of the benchmarks next to a PostgreSQL and a Redis of their own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/web.sh build
cargo build --locked --release --bin fanfare
if [ ! bench/package-lock.json -ot bench/node_modules/.package-lock.json ]; then
  (cd bench && npm ci --no-audit --no-fund --loglevel=error)
  touch bench/node_modules/.package-lock.json
fi
# No compiled modules next to the sources.
export PYTHONDONTWRITEBYTECODE=1
exec scripts/with-services.sh python3 bench/measure.py "$@"
