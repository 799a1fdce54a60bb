import { expect, test } from 'vitest';
import { opened } from './opened';

test('the editor opens with the document and the variables of its address', () => {
  expect(opened('?query=%7Bviewer%7Bid%7D%7D')).toEqual({ initialQuery: '{viewer{id}}' });
  expect(opened('?query=%7Ba%7D&variables=%7B%22b%22:1%7D')).toEqual({
    initialQuery: '{a}',
    initialVariables: '{"b":1}',
  });
});

test('an address without a document leaves what the editor has kept', () => {
  for (const search of ['', '?query=', '?variables=%7B%7D']) expect(opened(search)).toEqual({});
});
