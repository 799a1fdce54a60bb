import { expect, test } from 'vitest';
import { forgetToken, tokenOf } from './invitation';

/** A storage in memory. */
function storage(): Storage {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    clear: () => {
      items.clear();
    },
    getItem: (key) => items.get(key) ?? null,
    key: (index) => [...items.keys()][index] ?? null,
    removeItem: (key) => {
      items.delete(key);
    },
    setItem: (key, value) => {
      items.set(key, value);
    },
  };
}

test('the token of a link is known until it is used up, also after a page that signs in', () => {
  const kept = storage();
  expect(tokenOf('', kept)).toBe('');
  expect(tokenOf('#ffi_abc', kept)).toBe('ffi_abc');
  expect(tokenOf('', kept)).toBe('ffi_abc');
  forgetToken(kept);
  expect(tokenOf('', kept)).toBe('');
});
