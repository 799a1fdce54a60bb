import { expect, test } from 'vitest';
import { ApiError, ask } from './graphql';

const answering = (body: unknown) => () => Promise.resolve(new Response(JSON.stringify(body)));

test('an answer’s data is given, and the token travels as a bearer', async () => {
  let sent: Headers | undefined;
  const post: typeof fetch = (_, init) => {
    sent = new Headers(init?.headers);
    return Promise.resolve(new Response('{"data":{"a":1}}'));
  };
  expect(await ask('{ a }', {}, 'abc', post)).toEqual({ a: 1 });
  expect(sent?.get('authorization')).toBe('Bearer abc');
});

test('an error of the server is thrown in its words, with its code', async () => {
  const post = answering({ errors: [{ message: 'sign in first', extensions: { code: 'UNAUTHENTICATED' } }] });
  const failure = await ask('{ a }', {}, undefined, post).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ApiError);
  expect(failure).toMatchObject({ message: 'sign in first', code: 'UNAUTHENTICATED' });
});

test('no answer, or one that is no JSON, reads as a server that does not answer', async () => {
  for (const post of [
    () => Promise.reject(new TypeError('Failed to fetch')),
    () => Promise.resolve(new Response('<html>')),
  ]) {
    await expect(ask('{ a }', {}, undefined, post)).rejects.toThrow('does not answer');
  }
});
