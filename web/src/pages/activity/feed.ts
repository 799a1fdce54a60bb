/** What happened, as the page shows it. */
export interface Happening {
  /** Its position in the workspace's log. */
  cursor: string;
  at: string;
  kind: string;
  summary: string;
}

/** Whether events arrive. `resumed`: after a cut, with everything that was missed in between. */
export type Line = 'connecting' | 'live' | 'cut' | 'resumed' | 'refused';

/** What the page shows of a workspace's log. */
export interface Feed {
  line: Line;
  /** Newest first. */
  events: Happening[];
  /** Words of the server where it refuses the subscription. */
  refusal: string;
}

export const empty: Feed = { line: 'connecting', events: [], refusal: '' };

/** Events that stay on the page. */
const SHOWN = 200;

export type News =
  | { type: 'past'; events: Happening[] }
  | { type: 'opened'; again: boolean }
  | { type: 'cut' }
  | { type: 'refused'; words: string }
  | { type: 'event'; event: Happening };

/** The feed after some news. */
export function after(feed: Feed, news: News): Feed {
  switch (news.type) {
    // Before the line is opened, oldest first.
    case 'past':
      return { ...feed, events: news.events.toReversed().slice(0, SHOWN) };
    case 'opened':
      return { ...feed, line: news.again ? 'resumed' : 'live' };
    case 'cut':
      return { ...feed, line: 'cut' };
    case 'refused':
      return { ...feed, line: 'refused', refusal: news.words };
    case 'event':
      return { ...feed, events: [news.event, ...feed.events].slice(0, SHOWN) };
  }
}

/** The sentence for each state of the line. */
export const lineText: Readonly<Record<Line, string>> = {
  connecting: 'Connecting …',
  live: 'Live: what happens in your workspace appears here.',
  cut: 'The connection was lost. Connecting again; nothing will be missed.',
  resumed: 'Live again. What happened in between has been added: nothing is missing.',
  refused: 'The server ended the subscription.',
};
