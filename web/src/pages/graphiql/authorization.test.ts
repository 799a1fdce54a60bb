import { expect, test } from 'vitest';
import { connectionParams, withSession } from './authorization';

test('the Authorization header goes into connection_init under its exact key, however it was spelt', () => {
  const expected = { Authorization: 'Bearer abc' };
  expect(connectionParams({ Authorization: 'Bearer abc' })).toEqual(expected);
  expect(connectionParams({ authorization: ' Bearer abc ' })).toEqual(expected);
  expect(connectionParams({ AUTHORIZATION: 'Bearer abc' })).toEqual(expected);
});

test('other headers never reach connection_init', () => {
  expect(connectionParams({ 'X-Trace': '1', Authorization: 'Bearer abc' })).toEqual({
    Authorization: 'Bearer abc',
  });
  expect(connectionParams({ 'X-Trace': '1' })).toEqual({});
});

test('an absent, empty or ill-typed header sends no token', () => {
  expect(connectionParams(undefined)).toEqual({});
  expect(connectionParams(null)).toEqual({});
  expect(connectionParams('Bearer abc')).toEqual({});
  expect(connectionParams({ Authorization: '  ' })).toEqual({});
  expect(connectionParams({ Authorization: 7 })).toEqual({});
});

test('the session of the web app signs in unless the editor names a token', () => {
  expect(withSession({ 'X-Trace': '1' }, 'abc')).toEqual({ 'X-Trace': '1', Authorization: 'Bearer abc' });
  expect(withSession({ authorization: 'Bearer own' }, 'abc')).toEqual({ authorization: 'Bearer own' });
  expect(withSession({ 'x-api-key': 'own' }, 'abc')).toEqual({ 'x-api-key': 'own' });
  expect(withSession(undefined, null)).toEqual({});
});
