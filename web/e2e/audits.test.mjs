// Run by `npm run e2e` against a running server (BASE_URL): the audits of the GraphQL-over-HTTP specification, the ones
// that are only recommended too.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serverAudits } from 'graphql-http';

const origin = new URL(process.env.BASE_URL ?? 'http://127.0.0.1:8000').origin;
const audits = serverAudits({ url: `${origin}/graphql`, fetchFn: fetch });

test('the list of audits is whole', () => {
  assert.equal(audits.length, 61);
});

for (const audit of audits) {
  test(`GraphQL over HTTP ${audit.id}: ${audit.name}`, async () => {
    const result = await audit.fn();
    assert.equal(result.status, 'ok', 'reason' in result ? result.reason : undefined);
  });
}
