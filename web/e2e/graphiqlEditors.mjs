// GraphiQL as a person uses it: by its editors' labels and its buttons.

/**
 * Replaces an editor's text. Pasting, because typing would meet the editor's own closing brackets.
 *
 * @param {import('playwright-core').Page} page
 * @param {'query' | 'headers'} which
 * @param {string} text
 */
export async function fillEditor(page, which, text) {
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
  await page.getByRole('tab', { name: operation, exact: true }).waitFor();
  await page.getByRole('button', { name: /execute query/i }).click();
}

/** @param {import('playwright-core').Page} page */
export async function stop(page) {
  await page.getByRole('button', { name: /stop query/i }).click();
}

/**
 * Waits until the response shows `text`. Monaco draws spaces as no-break spaces.
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
        ?.textContent.replaceAll('\u00a0', ' ')
        .includes(expected),
    text,
    { timeout },
  );
}
