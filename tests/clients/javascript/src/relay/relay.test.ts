// Relay's compiler and runtime: fragments, a connection, edges of mutations, and a subscription.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  commitMutation,
  ConnectionHandler,
  createOperationDescriptor,
  fetchQuery,
  getSingularSelector,
  requestSubscription,
  ROOT_ID,
  type ConcreteRequest,
  type Environment,
  type MutationParameters,
} from 'relay-runtime';
import { limits, register, socketFor, tomorrow } from '../server';
import { environmentFor } from './environment';
import createPost, { type PostListCreateMutation } from './generated/PostListCreateMutation.graphql';
import deletePost, { type PostListDeleteMutation } from './generated/PostListDeleteMutation.graphql';
import linkAccount, { type PostListLinkMutation } from './generated/PostListLinkMutation.graphql';
import nodeQuery, { type PostListNodeQuery } from './generated/PostListNodeQuery.graphql';
import nextPage, { type PostListPaginationQuery } from './generated/PostListPaginationQuery.graphql';
import listQuery, { type PostListQuery } from './generated/PostListQuery.graphql';
import schedulePost, { type PostListScheduleMutation } from './generated/PostListScheduleMutation.graphql';
import postStatus, { type PostListSubscription } from './generated/PostListSubscription.graphql';
import listFragment, { type PostList_query$data } from './generated/PostList_query.graphql';

const connections = [ConnectionHandler.getConnectionID(ROOT_ID, 'PostList_posts')];

function commit<T extends MutationParameters>(
  environment: Environment,
  mutation: ConcreteRequest,
  variables: T['variables'],
): Promise<T['response']> {
  return new Promise((resolve, reject) => {
    commitMutation<T>(environment, { mutation, variables, onCompleted: resolve, onError: reject });
  });
}

async function connect(environment: Environment): Promise<string> {
  const variables = { input: { platform: 'TWITTER' as const, name: 'Ada' } };
  const { linkAccount: linked } = await commit<PostListLinkMutation>(environment, linkAccount, variables);
  assert.deepEqual(linked.userErrors, []);
  assert.ok(linked.account);
  return linked.account.id;
}

/** Creates a draft, and adds it to these lists of the store. */
async function write(environment: Environment, content: string, account: string, connections: string[]) {
  const variables = { input: { content, accountIds: [account] }, connections };
  const { createPost: written } = await commit<PostListCreateMutation>(environment, createPost, variables);
  assert.deepEqual(written.userErrors, []);
  assert.ok(written.postEdge && written.cursor);
  return { id: written.postEdge.node.id, cursor: written.cursor };
}

/** The list as a component with the fragment would read it from the store. */
function listed(environment: Environment): PostList_query$data['posts'] {
  const root = environment.lookup(createOperationDescriptor(listQuery, {}).fragment);
  const list = environment.lookup(getSingularSelector(listFragment, root.data));
  assert.equal(list.isMissingData, false);
  return (list.data as unknown as PostList_query$data).posts;
}

/** Waits until the post is scheduled, as the subscription reports it. */
function scheduled(environment: Environment, postId: string, after: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const events = requestSubscription<PostListSubscription>(environment, {
      subscription: postStatus,
      variables: { postId, after },
      onError: reject,
      onNext(answer) {
        if (answer?.postStatus.post.status !== 'SCHEDULED') return;
        resolve();
        setImmediate(() => events.dispose());
      },
    });
  });
}

test('Relay pages, adds and removes edges, finds nodes, and follows a status', limits, async () => {
  const token = await register();
  const socket = socketFor(token);
  const environment = environmentFor(token, socket);
  const account = await connect(environment);
  const { id: first } = await write(environment, 'one', account, []);
  for (const content of ['two', 'three']) await write(environment, content, account, []);

  const kept = environment.retain(createOperationDescriptor(listQuery, {}));
  await fetchQuery<PostListQuery>(environment, listQuery, {}).toPromise();
  const { hasNextPage, endCursor } = listed(environment).pageInfo;
  assert.equal(hasNextPage, true);
  const variables = { first: 2, after: endCursor };
  await fetchQuery<PostListPaginationQuery>(environment, nextPage, variables).toPromise();
  const contents = () => listed(environment).edges.map(({ node }) => node.content);
  assert.deepEqual(contents(), ['three', 'two', 'one']);

  const { id, cursor } = await write(environment, 'four', account, connections);
  assert.deepEqual(contents(), ['four', 'three', 'two', 'one']);
  assert.equal(listed(environment).edges[0]?.node.targets[0]?.account.name, 'Ada');
  const removal = { input: { id: first }, connections };
  const { deletePost: removed } = await commit<PostListDeleteMutation>(environment, deletePost, removal);
  assert.deepEqual(removed.userErrors, []);
  assert.deepEqual(contents(), ['four', 'three', 'two']);
  const found = await fetchQuery<PostListNodeQuery>(environment, nodeQuery, { id }).toPromise();
  assert.equal(found?.node?.content, 'four');

  const change = scheduled(environment, id, cursor);
  const input = { id, scheduledAt: tomorrow() };
  const changed = await commit<PostListScheduleMutation>(environment, schedulePost, { input });
  assert.deepEqual(changed.schedulePost.userErrors, []);
  await change;
  assert.equal(listed(environment).edges[0]?.node.status, 'SCHEDULED');
  kept.dispose();
  await socket.dispose();
});
