// Relay's network: queries and mutations by HTTP, subscriptions by WebSocket.
import type { Client as SocketClient } from 'graphql-ws';
import {
  Environment,
  Network,
  Observable,
  RecordSource,
  Store,
  type GraphQLResponse,
  type RequestParameters,
  type Variables,
} from 'relay-runtime';
import { graphqlUrl } from '../server';

export function environmentFor(token: string, socket: SocketClient): Environment {
  const ask = async ({ text }: RequestParameters, variables: Variables): Promise<GraphQLResponse> => {
    const response = await fetch(graphqlUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: text, variables }),
    });
    return (await response.json()) as GraphQLResponse;
  };
  const follow = ({ text }: RequestParameters, variables: Variables) =>
    Observable.create<GraphQLResponse>((sink) =>
      socket.subscribe(
        { query: text ?? '', variables },
        {
          next: (answer) => sink.next(answer as GraphQLResponse),
          error: (reason) => sink.error(reason as Error),
          complete: () => sink.complete(),
        },
      ),
    );
  return new Environment({ network: Network.create(ask, follow), store: new Store(new RecordSource()) });
}
