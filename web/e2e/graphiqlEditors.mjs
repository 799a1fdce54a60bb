// GraphiQL as a person uses it: by its editors' labels and its buttons.
import { triggerEvent } from './api.mjs';

/**
 * Replaces an editor's text. Pasting, because typing would meet the editor's own closing brackets.
 *
 * @param {import('playwright-core').Page} page
 * @param {'query' | 'headers'} which
 * @param {string} text
 */
export async function fillEditor(page, which, text) {
  if (which === 'headers') await page.getByRole('button', { name: 'Headers', exact: true }).click();
  const section = which === 'query' ? '.graphiql-query-editor' : '.graphiql-editor-tool';
  const editor = page.locator(`${section} .monaco-editor:visible`).first();
  await editor.click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(text);
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} operation the name of the only operation in the query editor
 */
export async function execute(page, operation) {
  // GraphiQL reads the document a moment after an edit; its tab then carries the operation's name. Before, the
  // button would offer the operations of the old document.
  const tabs = page.getByRole('tab', { selected: true });
  await tabs.getByRole('button', { name: operation, exact: true }).waitFor();
  await page.getByRole('button', { name: /execute query/i }).click();
}

/** @param {import('playwright-core').Page} page */
export async function stop(page) {
  await page.getByRole('button', { name: /stop query/i }).click();
}

/**
 * Waits until the response shows `text`. Monaco draws spaces as no-break spaces and breaks long lines, so white space does
 * not count.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} text
 * @param {number} [timeout] milliseconds
 */
export async function seeResponse(page, text, timeout = 15_000) {
  await page.waitForFunction(
    (expected) =>
      document
        .querySelector('.graphiql-response .view-lines')
        ?.textContent.replaceAll(/\s/g, '')
        .includes(expected),
    text.replaceAll(/\s/g, ''),
    { timeout },
  );
}

/**
 * Opens an example, in a tab of its own.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} operation
 */
export async function openExample(page, operation) {
  const examples = page.getByRole('region', { name: 'Examples' });
  await examples.getByRole('button', { name: operation, exact: true }).click();
}

/**
 * Lets events happen until one is on the screen: the protocol does not tell when a subscription has begun, so
 * the first may come before it.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} origin the server's
 * @param {string} token
 */
export async function seeAnEvent(page, origin, token) {
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
