import { expect, test } from 'vitest';
import { refusal, socketUrl } from './follow';

test('the socket stands beside the page, encrypted where the page is', () => {
  expect(socketUrl('http://a.test:8000/activity')).toBe('ws://a.test:8000/graphql/ws');
  expect(socketUrl('https://a.test/activity')).toBe('wss://a.test/graphql/ws');
});

test('what the server refuses ends the feed, what is lost on the way does not', () => {
  expect(refusal([{ message: 'not a member' }])).toBe('not a member');
  expect(refusal([{ message: 'too slow', extensions: { code: 'SLOW_CONSUMER' } }])).toBeNull();
  expect(refusal({ code: 1006, reason: '' })).toBeNull();
  expect(refusal(new Error('socket closed'))).toBeNull();
});
