create table media (
  id bigint generated always as identity primary key,
  workspace_id bigint not null references workspaces (id) on delete cascade,
  storage_key text not null unique,
  kind text not null check (kind in ('image', 'gif', 'video')),
  mime_type text not null,
  size_bytes bigint not null,
  width integer,
  height integer,
  duration_ms bigint,
  alt_text text,
  file_name text,
  uploaded_by bigint references users (id) on delete set null,
  created_at timestamptz not null
);
create index media_newest on media (workspace_id, created_at, id);
