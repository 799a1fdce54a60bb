-- The peer's tables: 20 workspaces, 180 accounts, 100,000 posts, 200,000 targets. The same rows every time (setseed).
begin;
select setseed(0.42);
create schema peer;
set local search_path to peer;

create table workspaces (id int primary key, name text not null);
create table accounts (
  id int primary key,
  workspace_id int not null references workspaces,
  platform text not null,
  handle text not null,
  avatar_url text,
  followers int not null
);
create table posts (
  id int primary key,
  workspace_id int not null references workspaces,
  content text not null,
  status text not null,
  scheduled_at timestamptz,
  created_at timestamptz not null
);
create table post_targets (
  id int primary key,
  post_id int not null references posts,
  account_id int not null references accounts,
  status text not null,
  external_id text,
  published_at timestamptz
);

insert into workspaces select n, 'Workspace ' || n from generate_series(1, 20) n;

insert into accounts
select
  (w - 1) * 9 + n,
  w,
  (array['INSTAGRAM', 'FACEBOOK', 'TWITTER', 'LINKEDIN', 'TIKTOK', 'YOUTUBE', 'YOUTUBE_SHORTS', 'PINTEREST', 'THREADS'])[n],
  'brand' || w || '_' || n,
  'https://pictures.example/a/' || (w - 1) * 9 + n || '.webp',
  (random() * 90000)::int
from generate_series(1, 20) w, generate_series(1, 9) n
order by 1;

insert into posts
select
  n,
  (n - 1) % 20 + 1,
  'Post ' || n || ': "' || left(md5(random()::text), 8) || '" – new in the shop, '
    || repeat('see it now ', (random() * 4)::int) || '#brand ✓',
  case when share < 0.6 then 'PUBLISHED' when share < 0.85 then 'SCHEDULED' when share < 0.95 then 'DRAFT' else 'FAILED' end,
  case when share < 0.85 or share >= 0.95 then created_at + interval '2 days' end,
  created_at
from (
  select
    n,
    random() as share,
    timestamptz '2026-01-01 00:00Z' + n * interval '3 minutes' + (random() * 36000)::int * interval '1 second' as created_at
  from generate_series(1, 100000) n
  offset 0
) made;

insert into post_targets
select
  row_number() over (order by p.id, n),
  p.id,
  (p.workspace_id - 1) * 9 + (p.id / 20 + n * 2) % 9 + 1,
  p.status,
  case when p.status = 'PUBLISHED' then '17' || lpad((p.id * 10 + n)::text, 10, '0') end,
  case when p.status = 'PUBLISHED' then p.scheduled_at + n * interval '1 second' end
from posts p, generate_series(1, 3) n
where n <= p.id % 3 + 1;

create index on posts (workspace_id, created_at desc, id desc);
create index on post_targets (post_id);
commit;
vacuum analyze peer.workspaces, peer.accounts, peer.posts, peer.post_targets;
