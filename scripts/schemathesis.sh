#!/usr/bin/env bash
# schemathesis.sh: sends what the OpenAPI document allows, and much that it does not, to the server at BASE_URL. No
# response may be a 500, and each must be as the document says. The cases follow from a seed; about a minute.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

pins=tests/schemathesis/requirements.txt
if ! cmp --silent "$pins" .venv/pins; then
  rm -rf .venv
  python3 -m venv .venv
  .venv/bin/pip install --quiet --disable-pip-version-check --requirement "$pins"
  cp "$pins" .venv/pins
fi

# field NAME...: the value at the end of this way into the JSON of standard input.
field() {
  python3 -c 'import functools, json, sys
print(functools.reduce(lambda part, name: part[name], sys.argv[1:], json.load(sys.stdin)))' "$@"
}
post() { curl --fail --silent --show-error --header 'content-type: application/json' "$@"; }

person='{"email": "schemathesis@example.com", "password": "correct horse battery staple", "name": "S"}'
session=$(post --data "$person" "$BASE_URL/api/auth/register")
token=$(field access_token <<<"$session")
workspace=$(field workspace id <<<"$session")

# Something to find: the smallest ids are tried first.
with_token=(--header "authorization: Bearer $token")
account=$(post "${with_token[@]}" --data '{"platform": "twitter", "account_name": "Ada"}' "$BASE_URL/api/sns/accounts")
account=$(field id <<<"$account")
campaign='{"name": "Spring", "start_date": "2026-03-01", "end_date": "2026-05-31"}'
campaign=$(post "${with_token[@]}" --data "$campaign" "$BASE_URL/api/sns/campaigns")
campaign=$(field id <<<"$campaign")
for content in one two three; do
  text="{\"content\": \"$content\", \"account_id\": $account, \"campaign_id\": $campaign}"
  post "${with_token[@]}" --data "$text" "$BASE_URL/api/sns/posts" >/dev/null
done

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# One worker: Python 3.11 parses no two sources at once, and the order of the cases is always the same.
# Its own folder: it keeps a database of failures where it stands.
root=$PWD
cd "$folder"
# `logout` would end the session that all other cases use.
checks=not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance
"$root/.venv/bin/schemathesis" run "$BASE_URL/api/openapi.json" --url "$BASE_URL/api" \
  --exclude-operation-id logout \
  --header "Authorization: Bearer $token" --header "X-Workspace-Id: $workspace" \
  --checks "$checks,response_headers_conformance,unsupported_method" \
  --phases coverage,fuzzing --max-examples 30 --seed 20260101 --workers 1 --generation-database none \
  --no-color
