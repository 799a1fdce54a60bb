#!/usr/bin/env bash
# clients.sh lint: holds schema.graphql against graphql-eslint's rules, with the exceptions of schema-exceptions.js.
# clients.sh test: makes clients for GraphQL and REST with the tools that people use, and runs them against the server at
# BASE_URL; a quarter of a minute.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../tests/clients/javascript"
step=${1:?one of lint, test}

if [ ! package-lock.json -ot node_modules/.package-lock.json ]; then
  npm ci --no-audit --no-fund --loglevel=error
  touch node_modules/.package-lock.json
fi
if [ "$step" = lint ]; then
  npm run --silent lint
  exit
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
# quietly COMMAND...: prints what the command printed if it fails, and nothing else.
quietly() {
  if ! "$@" >"$log" 2>&1; then
    cat "$log" >&2
    return 1
  fi
}

rm -rf build src/*/generated
mkdir -p build src/relay/generated
curl --fail --silent --show-error --output build/openapi.json "$BASE_URL/api/openapi.json"
for step in graphql-codegen relay openapi types bundle; do
  quietly npm run --silent "$step"
done
npm run --silent test
