/**
 * Collects what a page must not do: ask another origin, log an error, throw, or get a failed answer.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} origin the server's
 * @returns {string[]} grows while the page runs
 */
export function watchFaults(page, origin) {
  /** @type {string[]} */
  const faults = [];
  const socketOrigin = origin.replace(/^http/, 'ws');
  /** @param {string} url */
  const checkOrigin = (url) => {
    const own = [`${origin}/`, `${socketOrigin}/`, `blob:${origin}/`, 'data:'].some((start) =>
      url.startsWith(start),
    );
    if (!own) faults.push(`request to another origin: ${url}`);
  };
  // The context's event covers the workers' requests too.
  page.context().on('request', (request) => {
    checkOrigin(request.url());
  });
  page.on('websocket', (socket) => {
    checkOrigin(socket.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console error: ${message.text()}`);
  });
  page.on('pageerror', (error) => {
    faults.push(`uncaught: ${error.message}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`${String(response.status())}: ${response.url()}`);
  });
  return faults;
}
