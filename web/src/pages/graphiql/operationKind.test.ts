import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { isSubscription } from './operationKind';

test('a lone subscription is one, named or not, whether or not its name is given', () => {
  expect(isSubscription(parse('subscription { a }'))).toBe(true);
  expect(isSubscription(parse('subscription S { a }'))).toBe(true);
  expect(isSubscription(parse('subscription S { a }'), 'S')).toBe(true);
});

test('the operation name chooses among several operations', () => {
  const document = parse('query Q { a } subscription S { b }');
  expect(isSubscription(document, 'Q')).toBe(false);
  expect(isSubscription(document, 'S')).toBe(true);
});

test('queries, mutations and documents without an operation are no subscriptions', () => {
  expect(isSubscription(parse('mutation { a }'))).toBe(false);
  expect(isSubscription(parse('fragment F on T { a }'))).toBe(false);
  expect(isSubscription(undefined)).toBe(false);
});
