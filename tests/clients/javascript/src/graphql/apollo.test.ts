// Apollo Client with its own merging of pages.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client/core';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import { OperationTypeNode } from 'graphql';
import type { Client as SocketClient } from 'graphql-ws';
import { filter, firstValueFrom } from 'rxjs';
import { graphqlUrl, limits, register, socketFor, tomorrow } from '../server';
import { CreatePost, LinkAccount, PostLine, PostPage, PostStatuses, SchedulePost } from './documents';
import { unmask } from './generated';

function clientFor(token: string, socket: SocketClient): ApolloClient {
  const headers = { authorization: `Bearer ${token}` };
  return new ApolloClient({
    cache: new InMemoryCache({ typePolicies: { Query: { fields: { posts: relayStylePagination() } } } }),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      new HttpLink({ uri: graphqlUrl, headers }),
    ),
  });
}

/** Connects an account; returns its id. */
async function connect(client: ApolloClient): Promise<string> {
  const input = { platform: 'TWITTER' as const, name: 'Ada' };
  const { data } = await client.mutate({ mutation: LinkAccount, variables: { input } });
  assert.deepEqual(data?.linkAccount.userErrors, []);
  assert.ok(data?.linkAccount.account);
  return data.linkAccount.account.id;
}

/** Creates a draft, and adds it to the list if that is in the cache. */
async function write(client: ApolloClient, content: string, account: string) {
  const { data } = await client.mutate({
    mutation: CreatePost,
    variables: { input: { content, accountIds: [account] } },
    update(cache, { data: written }) {
      const edge = written?.createPost.postEdge;
      if (!edge) return;
      const list = { query: PostPage, variables: { first: 2 }, overwrite: true };
      cache.updateQuery(list, (page) =>
        page ? { ...page, posts: { ...page.posts, edges: [edge, ...page.posts.edges] } } : undefined,
      );
    },
  });
  assert.deepEqual(data?.createPost.userErrors, []);
  assert.ok(data?.createPost.post && data.createPost.cursor);
  return { id: data.createPost.post.id, cursor: data.createPost.cursor };
}

/** The posts of the list, as the cache has them. */
function listed(client: ApolloClient) {
  const page = client.readQuery({ query: PostPage, variables: { first: 2 } });
  return (page?.posts.edges ?? []).map(({ node }) => unmask(PostLine, node));
}

test('Apollo Client pages, adds an edge to its list, and follows a status', limits, async () => {
  const token = await register();
  const socket = socketFor(token);
  const client = clientFor(token, socket);
  const account = await connect(client);
  for (const content of ['one', 'two', 'three']) await write(client, content, account);

  const { data: page } = await client.query({ query: PostPage, variables: { first: 2 } });
  assert.ok(page);
  assert.equal(page.posts.totalCount, 3);
  assert.equal(page.posts.pageInfo.hasNextPage, true);
  const after = page.posts.pageInfo.endCursor ?? null;
  // All pages are one field of the cache, so that the next one has to be asked for.
  await client.query({ query: PostPage, variables: { first: 2, after }, fetchPolicy: 'network-only' });
  const contents = () => listed(client).map(({ content }) => content);
  assert.deepEqual(contents(), ['three', 'two', 'one']);

  const { id, cursor } = await write(client, 'four', account);
  assert.deepEqual(contents(), ['four', 'three', 'two', 'one']);
  assert.equal(listed(client)[0]?.targets[0]?.account.name, 'Ada');

  const events = client.subscribe({ query: PostStatuses, variables: { postId: id, after: cursor } });
  const scheduled = firstValueFrom(
    events.pipe(filter(({ data }) => data?.postStatus.post.status === 'SCHEDULED')),
  );
  const input = { id, scheduledAt: tomorrow() };
  const { data: changed } = await client.mutate({ mutation: SchedulePost, variables: { input } });
  assert.deepEqual(changed?.schedulePost.userErrors, []);
  await scheduled;
  assert.equal(listed(client)[0]?.status, 'SCHEDULED');
  client.stop();
  await socket.dispose();
});
