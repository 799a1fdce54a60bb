import { expect, test } from 'vitest';
import { firstPanel } from './firstPanel';

/** Answers the panel, and what was removed from the storage. */
function opened(hash: string, isNarrow: boolean) {
  const removed: string[] = [];
  const panel = firstPanel(hash, isNarrow, { removeItem: (key) => removed.push(key) });
  return { panel, removed };
}

test('the examples are open at first, where there is room', () => {
  expect(opened('', false)).toEqual({ panel: 'examples', removed: [] });
  expect(opened('', true)).toEqual({ panel: null, removed: [] });
});

test('#docs opens the documentation whatever was open last', () => {
  expect(opened('#docs', true)).toEqual({ panel: 'docs', removed: ['graphiql:visiblePlugin'] });
});
