-- Room in a workspace's storage for a file that is on its way into the store. It counts until its media row is there,
-- and no longer than `expires_at`: whoever reserved it may have been killed.
create table storage_reservations (
  storage_key text not null primary key,
  workspace_id bigint not null references workspaces (id) on delete cascade,
  size_bytes bigint not null,
  expires_at timestamptz not null
);
create index storage_reservations_workspace on storage_reservations (workspace_id);
create index media_sizes on media (workspace_id, size_bytes);
-- Posts that were created in a workspace on the newest day (since 1970, in UTC) on which any was. A deleted post counts.
create table post_usage (
  workspace_id bigint not null primary key references workspaces (id) on delete cascade,
  day bigint not null,
  created bigint not null
);
-- What all workspaces together have used of the language model in a day.
create table ai_server_usage (
  day bigint not null primary key,
  requests bigint not null,
  tokens bigint not null
);
