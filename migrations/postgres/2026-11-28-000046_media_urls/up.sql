-- Null: the post names no addresses of media. Else follows from its rows of media_fetches, in one function.
alter table posts add column media_state text check (media_state in ('fetching', 'ready', 'failed'));
-- Media that a post names by their address.
create table media_fetches (
  id bigint generated always as identity primary key,
  workspace_id bigint not null references workspaces (id) on delete cascade,
  post_id bigint not null references posts (id) on delete cascade,
  -- Its place among the post's media.
  position integer not null,
  requested_by bigint references users (id) on delete set null,
  url text not null,
  status text not null check (status in ('queued', 'running', 'ready', 'failed')),
  media_id bigint references media (id) on delete set null,
  run_at timestamptz not null,
  -- Claims since it was asked for; a worker that stops takes its own back.
  attempts integer not null,
  lease_until timestamptz,
  -- Grows with every claim; only who holds the newest may write.
  lease_token bigint not null,
  error text,
  created_at timestamptz not null,
  finished_at timestamptz
);
create index media_fetches_post on media_fetches (post_id, position);
create index media_fetches_due on media_fetches (status, run_at, id);
create index media_fetches_medium on media_fetches (media_id) where media_id is not null;
