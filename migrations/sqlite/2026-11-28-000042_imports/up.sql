create table imports (
  id integer primary key autoincrement,
  workspace_id integer not null references workspaces (id) on delete cascade,
  requested_by integer references users (id) on delete set null,
  file_name text,
  dry_run integer not null,
  status text not null check (status in ('queued', 'running', 'done', 'failed', 'cancelled')),
  heading text not null,
  -- Lines of the file, those that were read, and what became of them.
  total integer not null,
  done integer not null,
  created integer not null,
  failed integer not null,
  -- Claims since a part was done last.
  attempts integer not null,
  lease_until integer,
  lease_token integer not null,
  error text,
  created_at integer not null,
  finished_at integer
);
create index imports_newest on imports (workspace_id, created_at, id);
create index imports_open on imports (created_at, id) where status in ('queued', 'running');
create index imports_old on imports (created_at);
-- Lines that are still to be read: each goes in the transaction that stores its post.
create table import_lines (
  import_id integer not null references imports (id) on delete cascade,
  line integer not null,
  workspace_id integer not null,
  cells text not null,
  primary key (import_id, line)
);
create table import_problems (
  id integer primary key autoincrement,
  import_id integer not null references imports (id) on delete cascade,
  workspace_id integer not null,
  line integer not null,
  -- None: it is about the line as a whole.
  field text,
  code text not null,
  message text not null,
  created_at integer not null
);
create index import_problems_in_order on import_problems (import_id, created_at, id);
