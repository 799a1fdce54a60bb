import { expect, test } from 'vitest';
import { nextPage } from './next';

const origin = 'http://fanfare.test';

test('a person comes back to the page that asked to sign in', () => {
  expect(nextPage('?next=%2Faccounts%3Fconnected%3Dabc', origin)).toBe('/accounts?connected=abc');
});

test('an address of another site is never followed', () => {
  for (const next of ['https://evil.test', '//evil.test/a', '/\\evil.test', 'javascript:alert(1)', '']) {
    expect(nextPage(`?next=${encodeURIComponent(next)}`, origin)).toBe('/activity');
  }
  expect(nextPage('', origin)).toBe('/activity');
});
