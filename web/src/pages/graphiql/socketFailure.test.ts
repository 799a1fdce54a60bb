import { expect, test } from 'vitest';
import { socketFailure } from './socketFailure';

test('a close without a token says where the token goes, with the code and the server’s words', () => {
  const { message } = socketFailure({ code: 4401, reason: 'Unauthorized' });
  expect(message).toContain('Headers editor');
  expect(message).toContain('Unauthorized');
  expect(message).toContain('4401');
});

test('a close code of no protocol reads as a lost connection', () => {
  expect(socketFailure({ code: 1006, reason: '' }).message).toBe(
    'The connection was lost. (close code 1006)',
  );
});

test('every GraphQL error of an error message is shown', () => {
  expect(socketFailure([{ message: 'one' }, { message: 'two' }]).message).toBe('one\ntwo');
});

test('an error is passed on as it is', () => {
  const cause = new Error('boom');
  expect(socketFailure(cause)).toBe(cause);
});
