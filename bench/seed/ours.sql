-- Our tables with the peer's rows, and what the other queries read: media, steps, metrics, an inbox with replies.
-- The workspaces and users 1 to 20 are registered before.
begin;

insert into accounts (id, workspace_id, platform, remote_id, name, handle, account_type, picture_url, status, simulated,
  scopes, followers_count, created_at, updated_at)
overriding system value
select id, workspace_id, lower(platform), 'r' || id, handle, handle, 'page', avatar_url, 'active', true,
  '[]', followers, '2025-01-01', '2025-01-01'
from peer.accounts;

insert into posts (id, workspace_id, author_id, content, hashtags, publish_mode, status, scheduled_at, published_at,
  created_at, updated_at)
overriding system value
select id, workspace_id, workspace_id, content, '[]', 'best_effort', lower(status), scheduled_at,
  case when status = 'PUBLISHED' then scheduled_at end, created_at, created_at
from peer.posts;

-- `measured`, without a time of the next poll: nothing is left for the workers to do while reads are measured.
insert into post_targets (id, workspace_id, post_id, account_id, position, status, own_media, external_id, attempts,
  published_at, created_at, updated_at, measured)
overriding system value
select t.id, p.workspace_id, t.post_id, t.account_id, row_number() over (partition by t.post_id order by t.id) - 1,
  lower(t.status), false, t.external_id, 1, t.published_at, p.created_at, p.created_at, t.status = 'PUBLISHED'
from peer.post_targets t
join peer.posts p on p.id = t.post_id;

-- Fifty media files in each workspace, two of them at each post.
insert into media (id, workspace_id, storage_key, kind, mime_type, size_bytes, width, height, alt_text, file_name,
  uploaded_by, created_at)
overriding system value
select (w - 1) * 50 + n, w, 'ws/' || w || '/' || n || '.jpg', 'image', 'image/jpeg', 200000 + n, 1200, 800,
  'Picture ' || n, 'picture-' || n || '.jpg', w, '2026-01-01'
from generate_series(1, 20) w, generate_series(1, 50) n
order by 1;
insert into post_media (post_id, media_id, workspace_id, position)
select id, (workspace_id - 1) * 50 + (id + n * 7) % 50 + 1, workspace_id, n
from posts, generate_series(0, 1) n;

-- Two steps of each publication: the container, and its publication.
insert into publish_steps (workspace_id, target_id, phase, name, step_key, state, public_effect, remote_id, url, evidence,
  deadline_at, sent_at, settled_at)
select workspace_id, id, 'publish', step.name, step.name || ':' || id, 'confirmed', step.public, external_id,
  'https://network.example/' || external_id, '{"http": 200}', published_at + interval '1 minute', published_at,
  published_at + interval '1 second'
from post_targets, (values ('container', false), ('publish', true)) step (name, public)
where status = 'published'
order by post_targets.id, step.public;

insert into target_metrics (target_id, workspace_id, post_id, account_id, views, impressions, reach, likes, comments,
  shares, saves, clicks, engagement, audience, milestone, measured_at)
select id, workspace_id, post_id, account_id, id % 9000, id % 9000, id % 7000, id % 500, id % 50, id % 20, id % 10, id % 30,
  id % 500 + id % 50 + id % 20, id % 7000, 0, published_at + interval '1 day'
from post_targets
where status = 'published';
insert into target_metric_days (target_id, day, workspace_id, post_id, account_id, engagement, views, impressions, reach)
select id, (published_at + interval '1 day')::date, workspace_id, post_id, account_id, id % 570, id % 9000, id % 9000, id % 7000
from post_targets
where status = 'published';
insert into account_metric_days (account_id, utc_day, workspace_id, taken_at, followers, following, posts)
select id, taken::date, workspace_id, taken, followers_count + extract(doy from taken)::int, 100, 500
from accounts, generate_series(timestamptz '2026-01-01 20:00Z', timestamptz '2026-08-31 20:00Z', interval '1 day') taken;

-- 2,000 messages in each workspace, in conversations of four; every third message has a reply.
insert into inbox_messages (id, workspace_id, account_id, platform, remote_id, thread_key, kind, status,
  sender_remote_id, sender_name, sender_handle, text, url, received_at, created_at, updated_at)
overriding system value
select (w - 1) * 2000 + n, w, a.id, a.platform, 'm' || n, 'thread' || n / 4, 'comment',
  (array['unread', 'read', 'replied'])[n % 3 + 1], 's' || n % 300, 'Sender ' || n % 300, 'sender' || n % 300,
  'Message ' || n || ': is it there in blue as well?', 'https://network.example/m/' || n, received, received, received
from generate_series(1, 20) w
cross join generate_series(1, 2000) n
cross join lateral (select timestamptz '2026-03-01 00:00Z' + n * interval '5 minutes' as received) times
join accounts a on a.id = (w - 1) * 9 + n / 4 % 9 + 1
order by 1;
insert into inbox_replies (workspace_id, message_id, account_id, platform, author_id, text, state, attempts, lease_token,
  remote_id, sent_at, settled_at, created_at)
select workspace_id, id, account_id, platform, workspace_id, 'It is.', 'confirmed', 1, 1, 'p' || id,
  received_at + interval '1 hour', received_at + interval '1 hour', received_at + interval '1 hour'
from inbox_messages
where status = 'replied';

select setval(pg_get_serial_sequence('accounts', 'id'), (select max(id) from accounts)),
  setval(pg_get_serial_sequence('posts', 'id'), (select max(id) from posts)),
  setval(pg_get_serial_sequence('post_targets', 'id'), (select max(id) from post_targets)),
  setval(pg_get_serial_sequence('media', 'id'), (select max(id) from media)),
  setval(pg_get_serial_sequence('inbox_messages', 'id'), (select max(id) from inbox_messages));
commit;
vacuum analyze;
