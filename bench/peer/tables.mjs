// The peer's three statements, written by hand as one would for speed: prepared once per connection, one round trip each.
import pg from 'pg';

const workers = Number(process.env.WORKERS);
const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: Number(process.env.POOL) / workers,
});

const rows = async (name, text, values) => (await pool.query({ name, text, values })).rows;

/** The newest posts of a workspace. */
export const newestPosts = (workspace, first) =>
  rows(
    'posts',
    `SELECT id, content, status, scheduled_at AS "scheduledAt", created_at AS "createdAt" FROM peer.posts
     WHERE workspace_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2`,
    [workspace, first],
  );

/** The targets of each of these posts. */
export async function targetsOf(posts) {
  const found = await rows(
    'targets',
    `SELECT post_id, account_id, status, external_id AS "externalId", published_at AS "publishedAt"
     FROM peer.post_targets WHERE post_id = ANY($1) ORDER BY id`,
    [posts],
  );
  const byPost = new Map(posts.map((id) => [id, []]));
  for (const target of found) byPost.get(target.post_id).push(target);
  return posts.map((id) => byPost.get(id));
}

/** These accounts. */
export async function accountsOf(ids) {
  const found = await rows(
    'accounts',
    `SELECT id, platform, handle, avatar_url AS "pictureUrl", followers AS "followersCount"
     FROM peer.accounts WHERE id = ANY($1)`,
    [[...new Set(ids)]],
  );
  const byId = new Map(found.map((account) => [account.id, account]));
  return ids.map((id) => byId.get(id));
}
