#!/usr/bin/env bash
# clients.sh lint: holds schema.graphql against graphql-eslint's rules, with the exceptions of schema-exceptions.js.
# clients.sh test: makes clients for GraphQL and REST with the tools that people use, and runs them against the server
# at BASE_URL; half a minute.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../tests/clients"
step=${1:?one of lint, test}

cd javascript
if [ ! package-lock.json -ot node_modules/.package-lock.json ]; then
  npm ci --no-audit --no-fund --loglevel=error
  touch node_modules/.package-lock.json
fi
if [ "$step" = lint ]; then
  npm run --silent lint
  exit
fi

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

# at_once SCRIPT...: runs scripts of package.json side by side, and prints what those that fail have to say.
at_once() {
  local script status=0 index=0 processes=()
  for script in "$@"; do
    npm run --silent "$script" >"$logs/$script" 2>&1 &
    processes+=($!)
  done
  for script in "$@"; do
    if ! wait "${processes[$index]}"; then
      cat "$logs/$script" >&2
      status=1
    fi
    index=$((index + 1))
  done
  return "$status"
}

# quietly COMMAND...: prints what the command printed if it fails, and nothing else.
quietly() {
  if ! "$@" >"$logs/last" 2>&1; then
    cat "$logs/last" >&2
    return 1
  fi
}

rm -rf build src/*/generated
mkdir -p build src/relay/generated
curl --fail --silent --show-error --output build/openapi.json "$BASE_URL/api/openapi.json"
at_once graphql-codegen relay openapi
at_once types bundle
npm run --silent test

cd ../python
if ! cmp --silent requirements.txt .venv/pins; then
  rm -rf .venv
  python3 -m venv .venv
  .venv/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt
  cp requirements.txt .venv/pins
fi
quietly .venv/bin/openapi-python-client generate --path ../javascript/build/openapi.json --output-path fanfare_rest \
  --meta none --config generator.json --overwrite --fail-on-warning
quietly .venv/bin/mypy test_gql.py test_rest.py fanfare_rest
.venv/bin/python -m unittest --quiet
