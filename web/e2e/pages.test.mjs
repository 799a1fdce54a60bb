// Run by `npm run e2e` against a running server (BASE_URL) that carries the built pages.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { register, triggerEvent } from './api.mjs';
import { inBrowser } from './chromium.mjs';
import { watchFaults } from './faults.mjs';
import { execute, fillEditor, seeResponse, stop } from './graphiqlEditors.mjs';

const origin = new URL(process.env.BASE_URL ?? 'http://127.0.0.1:8000').origin;
const limits = { timeout: 90_000 };

test('GraphiQL runs a query and a signed-in subscription, all from its own server', limits, async () => {
  const token = await register(origin);
  await inBrowser(async (page) => {
    const faults = watchFaults(page, origin);
    await page.goto(`${origin}/graphiql`);
    await page.locator('.graphiql-query-editor .monaco-editor .view-line').first().waitFor();

    await fillEditor(page, 'query', 'query Check { __typename }');
    await execute(page, 'Check');
    await seeResponse(page, '"__typename": "Query"');

    await fillEditor(page, 'headers', JSON.stringify({ Authorization: `Bearer ${token}` }));
    await fillEditor(page, 'query', 'subscription Watch { activity { cursor kind summary } }');
    const opened = socketWithFirstMessage(page);
    await execute(page, 'Watch');
    const { socket, first } = await opened;
    assert.deepEqual(first, { type: 'connection_init', payload: { Authorization: `Bearer ${token}` } });
    await seeAnEvent(page, token);

    const closed = socket.waitForEvent('close');
    await stop(page);
    await closed;
    assert.deepEqual(faults, []);
  });
});

test('the landing page sees a healthy server and leads to GraphiQL, at 320 pixels too', limits, async () => {
  await inBrowser(async (page) => {
    const faults = watchFaults(page, origin);
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto(`${origin}/`);
    await page.getByText('The server is healthy.').waitFor();
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.equal(overflow, 0, 'the page scrolls sideways');
    await page.getByRole('link', { name: /GraphiQL/ }).click();
    await page.locator('.graphiql-query-editor .monaco-editor').waitFor();
    assert.deepEqual(faults, []);
  });
});

/**
 * The next WebSocket of the page, with the first message it sends. Listens from the moment it is made, because
 * that message leaves as soon as the socket is open.
 *
 * @param {import('playwright-core').Page} page
 * @returns {Promise<{ socket: import('playwright-core').WebSocket, first: unknown }>}
 */
function socketWithFirstMessage(page) {
  return new Promise((resolve) => {
    page.once('websocket', (socket) => {
      socket.once('framesent', ({ payload }) => {
        const first = /** @type {unknown} */ (JSON.parse(payload.toString()));
        resolve({ socket, first });
      });
    });
  });
}

/**
 * Lets events happen until one is on the screen: the protocol does not tell when a subscription has begun, so
 * the first may come before it.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} token
 */
async function seeAnEvent(page, token) {
  for (let attempt = 1; ; attempt += 1) {
    const kind = await triggerEvent(origin, token);
    try {
      await seeResponse(page, `"kind": "${kind}"`, 3_000);
      return;
    } catch (missed) {
      if (attempt === 5) throw missed;
    }
  }
}
