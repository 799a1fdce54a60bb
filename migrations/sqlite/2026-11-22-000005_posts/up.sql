create table posts (
  id integer primary key autoincrement,
  workspace_id integer not null references workspaces (id) on delete cascade,
  author_id integer references users (id) on delete set null,
  content text not null,
  title text,
  hashtags text not null,
  link_url text,
  template_type text,
  publish_mode text not null check (publish_mode in ('best_effort', 'all_or_nothing')),
  -- Derived from the targets, in one function; kept here for filters.
  status text not null check (status in ('draft', 'scheduled', 'held', 'pending', 'publishing', 'published', 'partially_published', 'needs_review', 'failed', 'cancelled')),
  scheduled_at integer,
  published_at integer,
  created_at integer not null,
  updated_at integer not null
);
create index posts_newest on posts (workspace_id, created_at, id);
create index posts_by_status on posts (workspace_id, status, created_at, id);
create index posts_by_schedule on posts (workspace_id, scheduled_at, id);
create table post_media (
  post_id integer not null references posts (id) on delete cascade,
  media_id integer not null references media (id),
  workspace_id integer not null,
  position integer not null,
  primary key (post_id, media_id)
);
create index post_media_medium on post_media (media_id);
create table post_targets (
  id integer primary key autoincrement,
  workspace_id integer not null references workspaces (id) on delete cascade,
  post_id integer not null references posts (id) on delete cascade,
  account_id integer not null references accounts (id),
  position integer not null,
  status text not null check (status in ('draft', 'scheduled', 'held', 'pending', 'publishing', 'published', 'failed', 'needs_review', 'cancelled', 'compensating', 'compensated')),
  -- What this target has of its own; null: the post's.
  content text,
  title text,
  hashtags text,
  link_url text,
  own_media integer not null,
  external_id text,
  url text,
  error_code text,
  error_message text,
  attempts integer not null,
  next_attempt_at integer,
  published_at integer,
  created_at integer not null,
  updated_at integer not null,
  unique (post_id, account_id)
);
create index post_targets_account on post_targets (account_id, status);
create table target_media (
  target_id integer not null references post_targets (id) on delete cascade,
  media_id integer not null references media (id),
  workspace_id integer not null,
  position integer not null,
  primary key (target_id, media_id)
);
create index target_media_medium on target_media (media_id);
create table sagas (
  id integer primary key autoincrement,
  workspace_id integer not null references workspaces (id) on delete cascade,
  post_id integer not null unique references posts (id) on delete cascade,
  state text not null check (state in ('running', 'completed', 'compensating', 'compensated', 'needs_review')),
  failed_target_id integer references post_targets (id) on delete cascade,
  failed_step text,
  created_at integer not null,
  updated_at integer not null
);
