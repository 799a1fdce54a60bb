import { expect, test } from 'vitest';
import { askHealth } from './health';

const answering = (status: number) => () => Promise.resolve(new Response(null, { status }));

test('health follows the status of /health', async () => {
  expect(await askHealth(answering(200))).toBe('healthy');
  expect(await askHealth(answering(503))).toBe('unhealthy');
});

test('a server that does not answer is unreachable, not an exception', async () => {
  expect(await askHealth(() => Promise.reject(new TypeError('Failed to fetch')))).toBe('unreachable');
});
