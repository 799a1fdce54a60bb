import { expect, test } from 'vitest';
import { notFound, pageAt, routes } from './routes';

test('every path of the table opens its own page, with and without a trailing slash', () => {
  for (const [path, page] of routes) {
    expect(pageAt(path)).toBe(page);
    expect(pageAt(`${path}/`)).toBe(page);
  }
});

test('a path outside the table opens the not-found page', () => {
  expect(pageAt('/no-such-page')).toBe(notFound);
});
