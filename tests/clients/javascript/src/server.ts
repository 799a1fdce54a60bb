// The server under test, and the user that a client acts for.
import { randomUUID } from 'node:crypto';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';

const { BASE_URL } = process.env;
if (BASE_URL === undefined) throw new Error('Set BASE_URL to the URL of a running server.');

export const origin = new URL(BASE_URL).origin;
export const graphqlUrl = `${origin}/graphql`;

/** Milliseconds after which a test that waits for an event gives up. */
export const limits = { timeout: 60_000 };

/** Registers a user whom no other test knows; returns the access token. */
export async function register(): Promise<string> {
  const response = await fetch(`${origin}/api/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      email: `client-${randomUUID()}@example.com`,
      password: `long enough ${randomUUID()}`,
      name: 'A Client',
    }),
  });
  if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
  const session = (await response.json()) as { access_token: string };
  return session.access_token;
}

/** The connection for subscriptions. */
export function socketFor(token: string): Client {
  return createClient({
    url: `${origin.replace('http', 'ws')}/graphql/ws`,
    webSocketImpl: WebSocket,
    connectionParams: { Authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
}

/** A time for which a post can be scheduled. */
export function tomorrow(): string {
  return new Date(Date.now() + 86_400_000).toISOString();
}
