// Run by `npm run e2e` against a running server (BASE_URL) that carries the built pages.
import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { inBrowser } from './chromium.mjs';
import { watchFaults } from './faults.mjs';

const origin = new URL(process.env.BASE_URL ?? 'http://127.0.0.1:8000').origin;
const limits = { timeout: 90_000 };

test(
  'a person changes the password, turns codes on, takes all data along and leaves for good',
  limits,
  async () => {
    await inBrowser(async (page) => {
      const faults = watchFaults(page, origin);
      const email = `you-${randomUUID()}@example.com`;
      const passwords = { old: `long enough ${randomUUID()}`, new: `longer still ${randomUUID()}` };
      await page.goto(`${origin}/register?next=/you`);
      await page.getByLabel('Your name').fill('Web check');
      await page.getByLabel('Email').fill(email);
      await page.getByLabel('Password').fill(passwords.old);
      await page.getByRole('button', { name: 'Create workspace' }).click();
      await page.getByRole('heading', { name: 'You', exact: true }).waitFor();

      await page.getByLabel('Current password').fill('not the password');
      await page.getByLabel('New password').fill(passwords.new);
      await page.getByRole('button', { name: 'Change password' }).click();
      await page.locator('#currentPassword[aria-invalid=true]').waitFor();
      await page.getByLabel('Current password').fill(passwords.old);
      await page.getByRole('button', { name: 'Change password' }).click();
      await page.getByText('The password is changed.').waitFor();

      const recovery = await turnCodesOn(page, passwords.new);
      assert.equal(recovery.length, 10);
      await seeTheData(page, email);

      await page.getByRole('button', { name: 'Sign out' }).click();
      await signIn(page, email, passwords.new, recovery[0] ?? '');
      await page.getByText('Codes are on').waitFor();
      await page.getByLabel('Your email address, to confirm').fill(email);
      await page.getByLabel('Your password once more').fill(passwords.new);
      await page.getByLabel('Another code, or a recovery code').fill(recovery[1] ?? '');
      await page.getByRole('button', { name: 'Erase me' }).click();
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      await page.getByLabel('Email').fill(email);
      await page.getByLabel('Password').fill(passwords.new);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.locator('.problem').first().waitFor();
      assert.deepEqual(faults, []);
    });
  },
);

/**
 * Sets an app up and confirms its first code.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} password
 * @returns {Promise<string[]>} the recovery codes
 */
async function turnCodesOn(page, password) {
  await page.getByLabel('Your password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Set up codes' }).click();
  await page.getByRole('img', { name: 'The secret for your app' }).waitFor();
  const secret = await page.locator('.secret').innerText();
  await page.getByLabel('Code from your app').fill(totp(secret, Date.now()));
  await page.getByRole('button', { name: 'Turn codes on' }).click();
  await page.getByText('Codes are on').waitFor();
  return page.locator('.recovery li').allInnerTexts();
}

/**
 * Downloads the archive, which names its person.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} email
 */
async function seeTheData(page, email) {
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download your data' }).click();
  const file = await saved;
  assert.equal(file.suggestedFilename(), 'personal-data.zip');
  const bytes = await readFile(await file.path());
  assert.equal(bytes.subarray(0, 4).toString('latin1'), 'PK\u0003\u0004');
  assert.ok(bytes.includes('profile.json') && !bytes.includes(email), 'its entries are packed');
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} email
 * @param {string} password
 * @param {string} code
 */
async function signIn(page, email, password, code) {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Code from your app').fill(code);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/**
 * The code of an app (RFC 6238: SHA-1, 30 s, six digits).
 *
 * @param {string} secret in base32
 * @param {number} now in milliseconds since 1970
 * @returns {string}
 */
function totp(secret, now) {
  const bits = Array.from(secret.replace(/\s|=/g, '')).map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  );
  const key = Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)));
  const hash = createHmac('sha1', key).update(step).digest();
  const at = (hash.at(-1) ?? 0) & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
