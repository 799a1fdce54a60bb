import { expect, test } from 'vitest';
import { outcome } from './outcome';

test('the page says what came of the consent that returned to it', () => {
  expect(outcome('?connected=abc')).toEqual({ good: true, text: 'The account is connected.' });
  expect(outcome('?error=account_consent_refused')).toEqual({
    good: false,
    text: 'The consent was refused, so nothing was connected.',
  });
  expect(outcome('')).toBeNull();
});

test('no text of the address reaches the page', () => {
  expect(outcome('?error=%3Cscript%3E')?.text).toBe('The account could not be connected. Try again.');
});
