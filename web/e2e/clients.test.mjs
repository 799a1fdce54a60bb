// Run by `npm run e2e` against a running server (BASE_URL): the clients that people use for subscriptions.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { register, triggerEvent } from './api.mjs';

const origin = new URL(process.env.BASE_URL ?? 'http://127.0.0.1:8000').origin;
const socketUrl = `${origin.replace('http', 'ws')}/graphql/ws`;
const limits = { timeout: 60_000 };
const ACTIVITY =
  'subscription ($after: String) { activity(after: $after, kinds: [MEDIA_UPLOADED]) { cursor kind } }';

/** @typedef {{ cursor: string, kind: string }} Activity */
/** @typedef {{ data?: { activity: Activity } | null, errors?: unknown }} Answer */
/** @typedef {AsyncIterableIterator<Answer>} Answers */
/** @typedef {(variables: Record<string, unknown>) => Answers} Follow */

/**
 * @param {IteratorResult<unknown, unknown>} result
 * @returns {unknown}
 */
function valueOf(result) {
  return result.value;
}

/**
 * @param {Answers} answers
 * @returns {Promise<Activity>}
 */
async function next(answers) {
  const { data, errors } = /** @type {Answer} */ (valueOf(await answers.next()));
  assert.deepEqual(errors, undefined);
  assert.ok(data);
  return data.activity;
}

/**
 * Follows the workspace, goes away, and comes back with the cursor: what was missed comes once, in order.
 *
 * @param {string} token
 * @param {Follow} follow
 */
async function resumes(token, follow) {
  await triggerEvent(origin, token);
  const whole = follow({ after: await beginning(token) });
  const first = await next(whole);
  assert.equal(first.kind, 'MEDIA_UPLOADED');
  await whole.return?.();

  await triggerEvent(origin, token);
  await triggerEvent(origin, token);
  const resumed = follow({ after: first.cursor });
  const missed = [await next(resumed), await next(resumed)];
  await triggerEvent(origin, token);
  const cursors = [first, ...missed, await next(resumed)].map(({ cursor }) => cursor);
  assert.equal(new Set(cursors).size, 4, 'each once');
  await resumed.return?.();

  const again = follow({ after: first.cursor });
  assert.deepEqual([await next(again), await next(again)], missed, 'the same order');
  await again.return?.();
}

/**
 * The cursor before the first event of the person's workspace.
 *
 * @param {string} token
 */
async function beginning(token) {
  const query = '{ viewer { workspace { databaseId } } }';
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  });
  /** @type {unknown} */
  const body = await response.json();
  const answer = /** @type {{ data: { viewer: { workspace: { databaseId: string } } } }} */ (body);
  return Buffer.from(`${answer.data.viewer.workspace.databaseId}:0`).toString('base64url');
}

test('graphql-ws follows, goes away and resumes by the cursor', limits, async () => {
  const token = await register(origin);
  const client = createSocketClient({
    url: socketUrl,
    webSocketImpl: WebSocket,
    connectionParams: { Authorization: `Bearer ${token}` },
  });
  await resumes(
    token,
    (variables) => /** @type {Answers} */ (client.iterate({ query: ACTIVITY, variables })),
  );
  await client.dispose();
});

test('graphql-ws runs a query, and is told what is wrong with a document', limits, async () => {
  const client = createSocketClient({ url: socketUrl, webSocketImpl: WebSocket });
  const answer = valueOf(await client.iterate({ query: '{ __typename }' }).next());
  assert.deepEqual(/** @type {{ data?: unknown }} */ (answer).data, { __typename: 'Query' });
  await assert.rejects(client.iterate({ query: '{ nothingOfTheKind }' }).next(), (refusal) => {
    assert.ok(Array.isArray(refusal));
    return true;
  });
  await client.dispose();
});

test('graphql-sse follows, goes away and resumes by the cursor', limits, async () => {
  const token = await register(origin);
  const client = createSseClient({
    url: `${origin}/graphql/stream`,
    fetchFn: fetch,
    headers: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  await resumes(
    token,
    (variables) => /** @type {Answers} */ (client.iterate({ query: ACTIVITY, variables })),
  );
  client.dispose();
});

const subscribe = { type: 'subscribe', id: '1', payload: { query: 'subscription { activity { cursor } }' } };

/**
 * Sends these messages over a socket of its own; answers the code with which the server closes it. Messages behind
 * `connection_init` wait for the acknowledgement.
 *
 * @param {Record<string, unknown>[]} messages
 * @returns {Promise<number>}
 */
function closeCode(messages) {
  const socket = new WebSocket(socketUrl, 'graphql-transport-ws');
  const [first, ...others] = messages.map((message) => JSON.stringify(message));
  socket.once('open', () => {
    if (first !== undefined) socket.send(first);
  });
  socket.once('message', () => {
    for (const other of others) socket.send(other);
  });
  return new Promise((resolve, reject) => {
    socket.once('close', resolve);
    socket.once('error', reject);
  });
}

test('each breach of graphql-transport-ws has its close code', limits, async () => {
  const init = { type: 'connection_init', payload: { Authorization: `Bearer ${await register(origin)}` } };
  assert.equal(await closeCode([{ type: 'nonsense' }]), 4400);
  assert.equal(await closeCode([subscribe]), 4401);
  assert.equal(await closeCode([{ type: 'connection_init', payload: { Authorization: 'Bearer x' } }]), 4403);
  assert.equal(await closeCode([]), 4408);
  assert.equal(await closeCode([init, subscribe, subscribe]), 4409);
  assert.equal(await closeCode([init, init]), 4429);
});
