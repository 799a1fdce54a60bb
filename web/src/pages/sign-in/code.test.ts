import { expect, test } from 'vitest';
import { asksForCode, atCode, codeOf } from './code';

test('six digits are a code of the app, however they are spaced, and anything else is a recovery code', () => {
  expect(codeOf(' 123 456 ')).toEqual({ totpCode: '123456' });
  expect(codeOf('abcde-fghij-kmnpq-rstuv')).toEqual({ recoveryCode: 'abcde-fghij-kmnpq-rstuv' });
  expect(codeOf('1234567')).toEqual({ recoveryCode: '1234567' });
  expect(codeOf('  ')).toEqual({});
});

test('the page asks for a code only where the server does', () => {
  const problem = (code: string) => [{ message: 'words', code, path: ['input', 'totpCode'] }];
  expect(asksForCode(problem('SECOND_FACTOR_REQUIRED'))).toBe(true);
  expect(asksForCode(problem('SECOND_FACTOR_INVALID'))).toBe(false);
  expect(asksForCode([])).toBe(false);
});

test('what is wrong with a code of either kind is told at the one field', () => {
  const problems = ['totpCode', 'recoveryCode', 'password'].map((field) => ({
    message: field,
    path: ['input', field],
  }));
  expect(atCode(problems).map(({ path }) => path.at(-1))).toEqual(['code', 'code', 'password']);
});
