import type { Fetcher, FetcherOpts, FetcherParams } from '@graphiql/toolkit';
import { createClient, type ExecutionResult } from 'graphql-ws';
import { accessToken } from '../../session/session';
import { connectionParams, withSession } from './authorization';
import { isSubscription } from './operationKind';
import { socketFailure } from './socketFailure';

const HTTP_PATH = '/graphql';
const SOCKET_PATH = '/graphql/ws';

// GraphiQL's types ask for instances of GraphQLError; both transports deliver its JSON form, which GraphiQL shows.
type Result = ExecutionResult;
type Results = AsyncIterableIterator<Result>;

/** Runs one operation of GraphiQL: subscriptions over graphql-transport-ws, all else by POST. */
export const fetcher: Fetcher = async (params, context) => {
  const headers = withSession(context?.headers, await sessionToken());
  return isSubscription(context?.documentAST, params.operationName)
    ? subscribe(params, headers)
    : post(params, headers);
};

// Without an answer about the session, the operation itself says what is wrong.
const sessionToken = () => accessToken().catch(() => null);

async function post(params: FetcherParams, headers: FetcherOpts['headers']): Promise<Result> {
  const sent = new Headers({
    'content-type': 'application/json',
    accept: 'application/graphql-response+json, application/json;q=0.9',
  });
  for (const [name, value] of Object.entries(headers ?? {})) sent.set(name, String(value));
  const response = await fetch(HTTP_PATH, { method: 'POST', headers: sent, body: JSON.stringify(params) });
  const type = response.headers.get('content-type') ?? '';
  if (!type.includes('json')) {
    throw new Error(`The server answered ${String(response.status)}: ${await response.text()}`);
  }
  return (await response.json()) as Result;
}

// One socket for each subscription, because the headers editor may hold another token for the next.
function subscribe(params: FetcherParams, headers: FetcherOpts['headers']): Results {
  const url = new URL(SOCKET_PATH, window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const client = createClient({
    url: url.href,
    connectionParams: connectionParams(headers),
    // A silent retry would skip the events in between: the person is told and resumes with `after`.
    retryAttempts: 0,
  });
  const operation = {
    query: params.query,
    operationName: params.operationName ?? null,
    variables: (params.variables ?? null) as Record<string, unknown> | null,
  };
  return explained(client.iterate(operation) as Results);
}

// Not an async generator: its `return` would wait for the next event, so GraphiQL's stop button would do nothing.
function explained(results: Results): Results {
  return {
    next: () =>
      results.next().catch((cause: unknown) => {
        throw socketFailure(cause);
      }),
    return: async () => {
      await results.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
