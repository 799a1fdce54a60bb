import { expect, test } from 'vitest';
import { after, empty, type Feed, type News } from './feed';

const event = (cursor: string): News => ({
  type: 'event',
  event: { cursor, at: '2026-01-01T00:00:00Z', kind: 'POST_CREATED', summary: `Event ${cursor}` },
});
const past = (...cursors: string[]): News => ({
  type: 'past',
  events: cursors.map((cursor) => ({
    cursor,
    at: '2026-01-01T00:00:00Z',
    kind: 'POST_CREATED',
    summary: `Event ${cursor}`,
  })),
});
const told = (...news: News[]): Feed => news.reduce(after, empty);

test('the newest event comes first', () => {
  expect(told(event('1'), event('2')).events.map(({ cursor }) => cursor)).toEqual(['2', '1']);
});

test('what happened before the page was opened stands below what happens on it', () => {
  const feed = told(past('1', '2'), { type: 'opened', again: false }, event('3'));
  expect(feed.events.map(({ cursor }) => cursor)).toEqual(['3', '2', '1']);
  expect(feed.line).toBe('live');
});

test('a cut is said, and so is that nothing was missed once the line is back', () => {
  const cut = told({ type: 'opened', again: false }, event('1'), { type: 'cut' });
  expect(cut.line).toBe('cut');
  expect(after(cut, { type: 'opened', again: true })).toMatchObject({ line: 'resumed', events: cut.events });
});

test('a refusal is shown in the server’s words', () => {
  expect(told({ type: 'refused', words: 'no longer a member' })).toMatchObject({
    line: 'refused',
    refusal: 'no longer a member',
  });
});

test('the page keeps a bounded number of events', () => {
  const many = Array.from({ length: 250 }, (_, number) => event(String(number)));
  expect(told(...many).events).toHaveLength(200);
});
