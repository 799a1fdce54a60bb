import { pagesOf } from './examples';

/** The operations of `docs/api`, read when the pages are built: a test of the server runs the same ones. */
export const apiPages = pagesOf(
  import.meta.glob<string>('../../../../docs/api/*.md', { query: '?raw', import: 'default', eager: true }),
);
