/** Where GraphiQL keeps the title of the panel that was open last, which it prefers to what its page asks for. */
const KEPT = 'graphiql:visiblePlugin';

/**
 * Which panel is open at first: the documentation of the schema for an address with `#docs`, else the one that was open
 * last, else the examples. A narrow page has no room for one that nobody asked for.
 */
export function firstPanel(
  hash: string,
  isNarrow: boolean,
  storage: Pick<Storage, 'removeItem'>,
): 'docs' | 'examples' | null {
  if (hash === '#docs') {
    storage.removeItem(KEPT);
    return 'docs';
  }
  return isNarrow ? null : 'examples';
}
