import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

/** Keeps the browser from talking to anyone but the page's server. */
const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Runs `visit` in a browser with a profile of its own, and removes both afterwards.
 *
 * @param {(page: import('playwright-core').Page) => Promise<void>} visit
 */
export async function inBrowser(visit) {
  const profile = await mkdtemp(join(tmpdir(), 'fanfare-e2e-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args,
    viewport: { width: 1280, height: 800 },
  });
  try {
    await visit(context.pages()[0] ?? (await context.newPage()));
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  }
}
