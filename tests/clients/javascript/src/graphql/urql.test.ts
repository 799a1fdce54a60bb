// urql with its normalized cache, which knows the schema and warns on the console of whatever it cannot keep.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createClient, fetchExchange, subscriptionExchange, type Client } from '@urql/core';
import { cacheExchange, type CacheExchangeOpts } from '@urql/exchange-graphcache';
import { getIntrospectionQuery, type IntrospectionQuery } from 'graphql';
import type { Client as SocketClient } from 'graphql-ws';
import { graphqlUrl, limits, register, socketFor, tomorrow } from '../server';
import { CreatePost, LinkAccount, PostLine, PostPage, PostStatuses, SchedulePost } from './documents';
import { unmask } from './generated';
import type { CreatePostMutation } from './generated/graphql';

const list = { query: PostPage, variables: { first: 2 } };

async function introspect(): Promise<IntrospectionQuery> {
  const response = await fetch(graphqlUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: getIntrospectionQuery({ descriptions: false }) }),
  });
  const { data } = (await response.json()) as { data: IntrospectionQuery };
  return data;
}

/** Types without an id: values that the cache keeps inside the object around them. */
function valuesOf({ __schema }: IntrospectionQuery): NonNullable<CacheExchangeOpts['keys']> {
  const roots = [__schema.queryType.name, __schema.mutationType?.name, __schema.subscriptionType?.name];
  const names = __schema.types.flatMap((type) =>
    type.kind !== 'OBJECT' ||
    type.name.startsWith('__') ||
    roots.includes(type.name) ||
    type.fields.some(({ name }) => name === 'id')
      ? []
      : [type.name],
  );
  return Object.fromEntries(names.map((name) => [name, () => null]));
}

async function clientFor(token: string, socket: SocketClient): Promise<Client> {
  const schema = await introspect();
  const cache = cacheExchange({
    schema,
    keys: valuesOf(schema),
    updates: {
      Mutation: {
        createPost({ createPost }: CreatePostMutation, _input, kept) {
          const edge = createPost.postEdge;
          if (!edge) return;
          kept.updateQuery(list, (page) =>
            page ? { ...page, posts: { ...page.posts, edges: [edge, ...page.posts.edges] } } : page,
          );
        },
      },
    },
  });
  const subscriptions = subscriptionExchange({
    forwardSubscription: (request) => ({
      subscribe: (sink) => ({
        unsubscribe: socket.subscribe({ ...request, query: request.query ?? '' }, sink),
      }),
    }),
  });
  return createClient({
    url: graphqlUrl,
    preferGetMethod: false,
    fetchOptions: { headers: { authorization: `Bearer ${token}` } },
    exchanges: [cache, fetchExchange, subscriptions],
  });
}

/** Connects an account; returns its id. */
async function connect(client: Client): Promise<string> {
  const input = { platform: 'TWITTER' as const, name: 'Ada' };
  const { data, error } = await client.mutation(LinkAccount, { input }).toPromise();
  assert.equal(error, undefined);
  assert.deepEqual(data?.linkAccount.userErrors, []);
  assert.ok(data?.linkAccount.account);
  return data.linkAccount.account.id;
}

async function write(client: Client, content: string, account: string) {
  const input = { content, accountIds: [account] };
  const { data, error } = await client.mutation(CreatePost, { input }).toPromise();
  assert.equal(error, undefined);
  assert.deepEqual(data?.createPost.userErrors, []);
  assert.ok(data?.createPost.post && data.createPost.cursor);
  return { id: data.createPost.post.id, cursor: data.createPost.cursor };
}

/** The posts of the list, from the cache alone. */
async function listed(client: Client) {
  const context = { requestPolicy: 'cache-only' as const };
  const { data } = await client.query(list.query, list.variables, context).toPromise();
  assert.ok(data, 'the list is in the cache');
  return data.posts.edges.map(({ node }) => unmask(PostLine, node));
}

/** Waits until the post is scheduled, as the subscription reports it. */
function scheduled(client: Client, postId: string, after: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const events = client.subscription(PostStatuses, { postId, after }).subscribe(({ data, error }) => {
      if (error) {
        reject(error);
      } else if (data?.postStatus.post.status === 'SCHEDULED') {
        resolve();
        setImmediate(() => events.unsubscribe());
      }
    });
  });
}

/** Collects what is written to the console as a warning or an error. */
function warningsIn(context: TestContext): unknown[][] {
  const warnings: unknown[][] = [];
  for (const method of ['warn', 'error'] as const) {
    context.mock.method(console, method, (...words: unknown[]) => warnings.push(words));
  }
  return warnings;
}

test(
  'urql keeps objects by the schema, adds an edge to its list, and follows a status',
  limits,
  async (context) => {
    const warnings = warningsIn(context);
    const token = await register();
    const socket = socketFor(token);
    const client = await clientFor(token, socket);
    const account = await connect(client);
    for (const content of ['one', 'two', 'three']) await write(client, content, account);

    const { data: page, error } = await client.query(list.query, list.variables).toPromise();
    assert.equal(error, undefined);
    assert.ok(page);
    assert.equal(page.posts.totalCount, 3);
    const after = page.posts.pageInfo.endCursor ?? null;
    const { data: rest } = await client.query(PostPage, { first: 2, after }).toPromise();
    assert.ok(rest);
    const contents = async () => (await listed(client)).map(({ content }) => content);
    assert.deepEqual(await contents(), ['three', 'two']);
    const onNextPage = rest.posts.edges.map(({ node }) => unmask(PostLine, node).content);
    assert.deepEqual(onNextPage, ['one']);
    assert.equal(rest.posts.pageInfo.hasNextPage, false);

    const { id, cursor } = await write(client, 'four', account);
    assert.deepEqual(await contents(), ['four', 'three', 'two']);

    const change = scheduled(client, id, cursor);
    const input = { id, scheduledAt: tomorrow() };
    const { data: changed } = await client.mutation(SchedulePost, { input }).toPromise();
    assert.deepEqual(changed?.schedulePost.userErrors, []);
    await change;
    assert.equal((await listed(client))[0]?.status, 'SCHEDULED');
    await socket.dispose();
    assert.deepEqual(warnings, []);
  },
);
