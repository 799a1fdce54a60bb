/** Where to go after signing in: `next` of the address, only if it is a path of this server. */
export function nextPage(search: string, origin: string): string {
  const next = new URLSearchParams(search).get('next');
  if (!next?.startsWith('/')) return '/activity';
  const url = new URL(next, origin);
  return url.origin === origin ? url.pathname + url.search : '/activity';
}
