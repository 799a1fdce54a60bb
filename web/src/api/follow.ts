import { createClient, type Client } from 'graphql-ws';

/** What a subscription tells while it runs. */
export interface Listener<Item> {
  /** What happened before, oldest first; comes once, before everything else. */
  past(items: Item[]): void;
  /** The line is open; `again`: after a cut. */
  opened(again: boolean): void;
  /** The line was lost and will be opened again. */
  cut(): void;
  item(item: Item): void;
  /** The server ended it for good, in its words. */
  refused(words: string): void;
}

/** The waits between two attempts, in milliseconds. */
const SHORTEST = 250;
const LONGEST = 10_000;

/** What to follow, and how. */
export interface Following<Item> {
  /** A subscription with the variable `after`, whose items carry their `cursor`. */
  query: string;
  /** The subscription's field. */
  field: string;
  /** The newest items, oldest first, at least one. Asked for before the first line, which begins after the last one. */
  past: () => Promise<Item[]>;
  accessToken: () => Promise<string | null>;
}

/**
 * Follows the workspace's log over graphql-transport-ws until the answer is called.
 *
 * Each line begins after the last item that was received, or after the last one of the past, so that neither the
 * start nor a cut loses or repeats one.
 */
export function follow<Item extends { cursor: string }>(
  following: Following<Item>,
  listener: Listener<Item>,
): () => void {
  const line = new FollowedLine(following, listener);
  void line.begin();
  return () => {
    line.stop();
  };
}

class FollowedLine<Item extends { cursor: string }> {
  private last: string | undefined;
  private cuts = 0;
  private opened = false;
  private stopped = false;
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private client: Client | undefined;

  constructor(
    private readonly following: Following<Item>,
    private readonly listener: Listener<Item>,
  ) {}

  async begin(): Promise<void> {
    if (this.last === undefined) {
      const past = await this.following.past().catch(() => []);
      if (this.stopped) return;
      const newest = past.at(-1);
      if (newest === undefined) {
        this.lost();
        return;
      }
      this.last = newest.cursor;
      this.listener.past(past);
    }
    if (!this.stopped) this.open(this.last);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.waiting);
    void this.client?.dispose();
  }

  private open(after: string): void {
    const { query, field, accessToken } = this.following;
    this.client = createClient({
      url: socketUrl(window.location.href),
      // What is tried again here begins after the last item; the client would repeat the old cursor.
      retryAttempts: 0,
      connectionParams: async () => {
        const token = await accessToken();
        return token === null ? {} : { Authorization: `Bearer ${token}` };
      },
      on: {
        connected: () => {
          this.listener.opened(this.opened);
          this.opened = true;
          this.cuts = 0;
        },
      },
    });
    this.client.subscribe<Record<string, Item>>(
      { query, variables: { after } },
      {
        next: ({ data }) => {
          const item = data?.[field];
          if (item === undefined) return;
          this.last = item.cursor;
          this.listener.item(item);
        },
        error: (failure) => {
          const words = refusal(failure);
          if (words === null) this.lost();
          else if (!this.stopped) {
            this.stopped = true;
            this.listener.refused(words);
          }
        },
        complete: () => {
          this.lost();
        },
      },
    );
  }

  private lost(): void {
    void this.client?.dispose();
    if (this.stopped) return;
    this.listener.cut();
    clearTimeout(this.waiting);
    // Spread, so that a server that comes back is not met by everyone at once.
    const wait = Math.min(LONGEST, SHORTEST * 2 ** Math.min(this.cuts, 6)) * (0.5 + Math.random() / 2);
    this.cuts += 1;
    this.waiting = setTimeout(() => void this.begin(), wait);
  }
}

/** The URL of the WebSocket of a page's server. */
export function socketUrl(page: string): string {
  const url = new URL('/graphql/ws', page);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

/** The server's words where it refuses the operation itself; `null` where the line was lost. */
export function refusal(failure: unknown): string | null {
  if (!Array.isArray(failure)) return null;
  const errors = failure as { message: string; extensions?: { code?: string } }[];
  // A slow page continues from its last cursor, like after a cut.
  if (errors.some(({ extensions }) => extensions?.code === 'SLOW_CONSUMER')) return null;
  return errors.map(({ message }) => message).join(' ');
}
