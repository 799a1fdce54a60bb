// Run by `npm run e2e` against a running server (BASE_URL) that carries the built pages and simulates the networks.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { publish } from './api.mjs';
import { inBrowser } from './chromium.mjs';
import { watchFaults } from './faults.mjs';
import { execute, fillEditor, openExample, seeAnEvent, seeResponse } from './graphiqlEditors.mjs';

const origin = new URL(process.env.BASE_URL ?? 'http://127.0.0.1:8000').origin;
const limits = { timeout: 90_000 };

test(
  'a person registers, connects an account and sees a post published live, over a cut',
  limits,
  async () => {
    await inBrowser(async (page) => {
      const faults = watchFaults(page, origin);
      const lines = await watchLines(page);
      await register(page);
      await page.getByText('Live: what happens in your workspace').waitFor();

      await connectAccount(page);

      await page.getByRole('link', { name: 'Activity' }).click();
      await page.getByText('Live: what happens in your workspace').waitFor();
      await cut(lines);
      await publish(origin, await tokenOf(page));
      await page.getByText('nothing is missing').waitFor();
      await seeOnce(page, ['POST_CREATED', 'TARGET_PUBLISHING', 'TARGET_PUBLISHED']);
      await page.reload();
      await page.getByText('Live: what happens in your workspace').waitFor();
      await seeOnce(page, ['WORKSPACE_CREATED', 'POST_CREATED', 'TARGET_PUBLISHED']);
      await withoutSidewaysScroll(page);
      assert.deepEqual(faults, []);
    });
  },
);

test(
  'a person signs up, asks and subscribes in GraphiQL, loses the connection and sees a post published',
  limits,
  async () => {
    await inBrowser(async (page) => {
      const faults = watchFaults(page, origin);
      const lines = await watchLines(page);
      await register(page);
      await page.getByText('Live: what happens in your workspace').waitFor();
      await connectAccount(page);

      await page.getByRole('link', { name: 'GraphiQL' }).click();
      await page.locator('.graphiql-query-editor .monaco-editor .view-line').first().waitFor();
      await fillEditor(page, 'query', 'query Mine { accounts { nodes { platform } } }');
      await execute(page, 'Mine');
      await seeResponse(page, '"platform": "TWITTER"');
      const before = lines.length;
      await fillEditor(page, 'query', 'subscription Watch { activity { kind } }');
      await execute(page, 'Watch');
      await seeAnEvent(page, origin, await tokenOf(page));
      assert.equal(lines.length, before + 1);
      await cut(lines);
      await seeResponse(page, '(close code 1012)');

      await page.goto(`${origin}/activity`);
      await page.getByText('Live: what happens in your workspace').waitFor();
      await cut(lines);
      await publish(origin, await tokenOf(page));
      await page.getByText('nothing is missing').waitFor();
      await page.locator('.happenings li[data-kind=TARGET_PUBLISHED]').waitFor();
      assert.deepEqual(faults, []);
    });
  },
);

// One person for both promises: the server counts registrations.
test(
  'GraphiQL greets a signed-in user with a query and with examples, until they sign out',
  limits,
  async () => {
    await inBrowser(async (page) => {
      const faults = watchFaults(page, origin);
      await register(page);
      await page.getByRole('link', { name: 'GraphiQL' }).click();
      await page.locator('.graphiql-query-editor .monaco-editor .view-line').first().waitFor();
      await execute(page, 'Welcome');
      await seeResponse(page, '"name": "Web check"');

      await openExample(page, 'CreateDrafts');
      await execute(page, 'CreateDrafts');
      await seeResponse(page, '"created": 3');
      await openExample(page, 'DraftsPage');
      await execute(page, 'DraftsPage');
      await seeResponse(page, '"content": "Three"');
      await openExample(page, 'Welcome');
      await page.locator('.graphiql-query-editor .view-lines').getByText('Welcome').first().waitFor();
      assert.equal(await page.getByRole('tab').count(), 3, 'an open example is not opened again');

      await page.goto(`${origin}/`);
      await page.goto(`${origin}/graphiql#docs`);
      await page.locator('.graphiql-doc-explorer').waitFor();

      await page.goto(`${origin}/activity`);
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      assert.equal(await page.evaluate(() => localStorage.getItem('fanfare.session')), null);
      assert.deepEqual(faults, []);
    });
  },
);

test(
  'a page for signed-in people comes back after the sign-in; wrong words are told at their field',
  limits,
  async () => {
    await inBrowser(async (page) => {
      await page.goto(`${origin}/accounts`);
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      await page.getByRole('link', { name: 'Create a workspace' }).click();
      await page.getByLabel('Your name').fill('A Person');
      await page.getByLabel('Email').fill(`${randomUUID()}@example.com`);
      await page.getByLabel('Password').fill('short');
      await page.getByRole('button', { name: 'Create workspace' }).click();
      await page.locator('#password[aria-invalid=true]').waitFor();
      await page.getByLabel('Password').fill(`long enough ${randomUUID()}`);
      await page.getByRole('button', { name: 'Create workspace' }).click();
      await page.getByRole('heading', { name: 'Accounts' }).waitFor();
    });
  },
);

/**
 * Registers on the page. Ends on the activity page.
 *
 * @param {import('playwright-core').Page} page
 */
async function register(page) {
  const email = `web-${randomUUID()}@example.com`;
  await page.goto(`${origin}/register`);
  await page.getByLabel('Your name').fill('Web check');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(`long enough ${randomUUID()}`);
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await page.getByRole('heading', { name: 'Activity' }).waitFor();
}

/**
 * Waits until the activity page shows one event of each kind.
 *
 * @param {import('playwright-core').Page} page
 * @param {string[]} kinds
 */
async function seeOnce(page, kinds) {
  for (const kind of kinds) {
    await page.locator(`.happenings li[data-kind=${kind}]`).waitFor();
    assert.equal(await page.locator(`.happenings li[data-kind=${kind}]`).count(), 1, kind);
  }
}

/**
 * Connects an account of the simulated X, by the pages.
 *
 * @param {import('playwright-core').Page} page
 */
async function connectAccount(page) {
  await page.getByRole('link', { name: 'Accounts' }).click();
  await page.getByRole('button', { name: /^X/ }).click();
  await page.getByLabel('Profile name').fill('browser');
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByText('The account is connected.').waitFor();
  const account = await page.locator('.accounts li').first().getAttribute('data-status');
  assert.equal(account, 'ACTIVE');
}

/**
 * @param {import('playwright-core').Page} page
 * @returns {Promise<import('playwright-core').WebSocketRoute[]>} grows with each WebSocket that the pages open
 */
async function watchLines(page) {
  /** @type {import('playwright-core').WebSocketRoute[]} */
  const lines = [];
  await page.routeWebSocket(/\/graphql\/ws$/, (line) => {
    line.connectToServer();
    lines.push(line);
  });
  return lines;
}

/**
 * Closes the newest WebSocket, as a server that restarts does.
 *
 * @param {import('playwright-core').WebSocketRoute[]} lines
 */
async function cut(lines) {
  const line = lines.at(-1);
  assert.ok(line, 'the page has no WebSocket');
  await line.close({ code: 1012, reason: 'cut by the test' });
}

/**
 * @param {import('playwright-core').Page} page
 * @returns {Promise<string>} the access token of the page's session
 */
async function tokenOf(page) {
  const text = await page.evaluate(() => localStorage.getItem('fanfare.session'));
  /** @type {unknown} */
  const session = JSON.parse(text ?? '{}');
  return /** @type {{ accessToken: string }} */ (session).accessToken;
}

/** @param {import('playwright-core').Page} page */
async function withoutSidewaysScroll(page) {
  await page.setViewportSize({ width: 320, height: 640 });
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  assert.equal(overflow, 0, 'the page scrolls sideways at 320 pixels');
}
