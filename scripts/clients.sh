#!/usr/bin/env bash
# clients.sh lint: holds schema.graphql against graphql-eslint's rules, with the exceptions of schema-exceptions.js.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../tests/clients/javascript"
step=${1:?lint}

if [ ! package-lock.json -ot node_modules/.package-lock.json ]; then
  npm ci --no-audit --no-fund --loglevel=error
  touch node_modules/.package-lock.json
fi
npm run --silent "$step"
