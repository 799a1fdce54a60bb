#!/usr/bin/env bash
# web.sh build|check|test|e2e|fix: one step of the web app. `build` does nothing if web/dist is newer than its sources.
# `e2e` needs the URL of a running server in BASE_URL.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../web"
step=${1:?one of build, check, test, e2e, fix}

if ! command -v npm >/dev/null; then
  echo "Node.js 20 or newer is needed for the web app: https://nodejs.org or apt-get install nodejs npm." >&2
  [ "$step" = build ] || exit 1
  echo "Continuing without it: the page at / then says how to build the web app." >&2
  exit 0
fi

if [ ! package-lock.json -ot node_modules/.package-lock.json ]; then
  npm ci --no-audit --no-fund --loglevel=error
  touch node_modules/.package-lock.json
fi

# An edit of a file that is not part of the pages must not rebuild them, and with them the binary. GraphiQL's examples are
# part of them.
up_to_date() {
  [ -f dist/index.html.gz ] && [ -z "$(find . ../docs/api -mindepth 1 \
    \( -path ./dist -o -path ./node_modules -o -path ./e2e -o -path './*.md' \) -prune -o \
    -newer dist/index.html.gz -print -quit)" ]
}

if [ "$step" != build ] || ! up_to_date; then
  npm run --silent "$step"
fi
