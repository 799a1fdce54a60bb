-- The extension stays: others may use it.
drop index if exists inbox_messages_text_parts;
drop index if exists posts_content_parts;
create table storage_reservations (
  storage_key text not null primary key,
  workspace_id bigint not null references workspaces (id) on delete cascade,
  size_bytes bigint not null,
  expires_at timestamptz not null
);
create index storage_reservations_workspace on storage_reservations (workspace_id);
insert into storage_reservations (storage_key, workspace_id, size_bytes, expires_at)
  select storage_key, workspace_id, size_bytes, delete_at from unowned_files f
  where exists (select 1 from workspaces w where w.id = f.workspace_id);
drop table unowned_files;
