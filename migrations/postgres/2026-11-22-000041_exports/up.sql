create table exports (
  id bigint generated always as identity primary key,
  workspace_id bigint not null references workspaces (id) on delete cascade,
  requested_by bigint references users (id) on delete set null,
  kind text not null check (kind in ('posts', 'analytics')),
  status text not null check (status in ('queued', 'running', 'ready', 'failed')),
  first_day date not null,
  last_day date not null,
  -- The same days as instants: a time zone that changes meanwhile moves nothing.
  from_at timestamptz not null,
  to_at timestamptz not null,
  -- Posts that are to be written, and those that are.
  total bigint not null,
  done bigint not null,
  rows_written bigint not null,
  chunks integer not null,
  -- The last post that was written: its time and id.
  cursor_at timestamptz,
  cursor_id bigint,
  -- Claims since something was written last.
  attempts integer not null,
  lease_until timestamptz,
  lease_token bigint not null,
  error text,
  created_at timestamptz not null,
  finished_at timestamptz
);
create index exports_newest on exports (workspace_id, created_at, id);
create index exports_open on exports (created_at, id) where status in ('queued', 'running');
create index exports_old on exports (created_at);
-- The file, in parts: each is written in one transaction with the place where the next begins.
create table export_chunks (
  export_id bigint not null references exports (id) on delete cascade,
  position integer not null,
  workspace_id bigint not null,
  content text not null,
  primary key (export_id, position)
);
