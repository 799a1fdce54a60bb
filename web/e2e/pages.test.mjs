// Run by `npm run e2e` against a running server (BASE_URL) that carries the built pages.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { register } from './api.mjs';
import { inBrowser } from './chromium.mjs';
import { watchFaults } from './faults.mjs';
import { execute, fillEditor, seeAnEvent, seeResponse, stop } from './graphiqlEditors.mjs';

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
    await seeAnEvent(page, origin, token);

    const closed = socket.waitForEvent('close');
    await stop(page);
    await closed;
    assert.deepEqual(faults, []);
  });
});

test("a query is built by hand in GraphiQL's explorer, and runs", limits, async () => {
  const token = await register(origin);
  await inBrowser(async (page) => {
    const faults = watchFaults(page, origin);
    await page.goto(`${origin}/graphiql`);
    await page.locator('.graphiql-query-editor .monaco-editor .view-line').first().waitFor();
    await fillEditor(page, 'headers', JSON.stringify({ Authorization: `Bearer ${token}` }));
    await fillEditor(page, 'query', 'query Built { __typename }');
    await page.getByRole('tab', { name: 'Built', exact: true }).waitFor();

    await page.getByRole('button', { name: 'Show GraphiQL Explorer' }).click();
    const explorer = page.locator('.docExplorerWrap');
    for (const field of ['viewer', 'workspace', 'name']) {
      await explorer.locator(`.graphiql-explorer-${field} .graphiql-explorer-field-view`).first().click();
    }
    await page.waitForFunction(() => {
      const lines = document.querySelector('.graphiql-query-editor .view-lines')?.textContent ?? '';
      return /viewer\s*\{\s*workspace\s*\{\s*name/.test(lines.replaceAll('\u00a0', ' '));
    });
    await execute(page, 'Built');
    await seeResponse(page, '"workspace"');
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
