create table media (
  id integer primary key autoincrement,
  workspace_id integer not null references workspaces (id) on delete cascade,
  storage_key text not null unique,
  kind text not null check (kind in ('image', 'gif', 'video')),
  mime_type text not null,
  size_bytes integer not null,
  width integer,
  height integer,
  duration_ms integer,
  alt_text text,
  file_name text,
  uploaded_by integer references users (id) on delete set null,
  created_at integer not null
);
create index media_newest on media (workspace_id, created_at, id);
