// A client that a generator made from the OpenAPI document.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { limits, origin } from '../server';
import { createPost, getPost, linkAccount, listPosts, register } from './generated';
import { createClient, createConfig } from './generated/client';

const baseUrl = `${origin}/api`;

test('a generated REST client signs up, writes, reads and is told what is wrong', limits, async () => {
  const nobody = createClient(createConfig({ baseUrl }));
  const body = { email: `rest-${randomUUID()}@example.com`, password: `long ${randomUUID()}`, name: 'R' };
  const { data: session, error } = await register({ client: nobody, body });
  assert.ok(session, error?.error);
  const client = createClient(
    createConfig({
      baseUrl,
      auth: ({ scheme }) => (scheme === 'bearer' ? session.access_token : undefined),
    }),
  );

  const linked = await linkAccount({ client, body: { platform: 'twitter', account_name: 'Ada' } });
  assert.ok(linked.data, linked.error?.error);
  const post = { content: 'hello', account_ids: [linked.data.id] };
  const created = await createPost({ client, body: post });
  assert.ok(created.data, created.error?.error);
  const { id } = created.data;
  assert.equal(created.data.post.account_name, 'Ada');
  const read = await getPost({ client, path: { id } });
  assert.equal(read.data?.post.content, 'hello');
  const listed = await listPosts({ client, query: { status: ['draft'], limit: 1 } });
  assert.deepEqual([listed.data?.total, listed.data?.posts.map((item) => item.id)], [1, [id]]);

  const refused = await createPost({ client, body: { ...post, content: '' } });
  assert.equal(refused.response?.status, 400);
  assert.equal(refused.error?.code, 'POST_CONTENT_EMPTY');
  const unknown = await listPosts({ client: nobody });
  assert.equal(unknown.response?.status, 401);
});
