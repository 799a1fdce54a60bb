import { expect, test } from 'vitest';
import { isStale, read } from './session';

const session = { accessToken: 'a', refreshToken: 'r', expiresAt: '2026-01-01T00:10:00Z' };

test('a stored text that is no session signs nobody in', () => {
  expect(read(JSON.stringify(session))).toEqual(session);
  for (const text of [null, '', 'null', '{}', '[]', 'x', JSON.stringify({ ...session, accessToken: '' })]) {
    expect(read(text)).toBeNull();
  }
});

test('a token is renewed half a minute before it expires, and where its time cannot be read', () => {
  const at = (time: string) => Date.parse(time);
  expect(isStale(session, at('2026-01-01T00:09:00Z'))).toBe(false);
  expect(isStale(session, at('2026-01-01T00:09:30Z'))).toBe(true);
  expect(isStale({ ...session, expiresAt: 'soon' }, 0)).toBe(true);
});
