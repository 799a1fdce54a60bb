-- Files of the media store without a media row: those on their way into it, and those that are to be deleted. Without
-- a reference to the workspace: what is to be deleted outlives it.
create table unowned_files (
  id bigint generated always as identity primary key,
  storage_key text not null unique,
  workspace_id bigint not null,
  -- Counts as used storage until `delete_at`, while a media row may come.
  size_bytes bigint not null,
  -- From then on a worker deletes the file. The media row takes this row away in the transaction that stores it.
  delete_at timestamptz not null,
  -- Claims; a worker that stops takes its own back.
  attempts integer not null default 0,
  lease_until timestamptz,
  -- 0: the file can still get a media row. Grows with every claim.
  lease_token bigint not null default 0
);
create index unowned_files_due on unowned_files (delete_at, id) where lease_until is null;
create index unowned_files_held on unowned_files (lease_until) where lease_until is not null;
create index unowned_files_workspace on unowned_files (workspace_id);
insert into unowned_files (storage_key, workspace_id, size_bytes, delete_at)
  select storage_key, workspace_id, size_bytes, expires_at from storage_reservations r
  where not exists (select 1 from media m where m.storage_key = r.storage_key);
drop table storage_reservations;
-- Filters that read texts. pg_trgm is trusted: whoever may create objects in the database may create it (PostgreSQL 13).
-- Where it cannot be had there is no index, and such filters go through a workspace's rows.
do $$
begin
  create extension if not exists pg_trgm;
  create index posts_content_parts on posts using gin (content gin_trgm_ops);
  create index inbox_messages_text_parts on inbox_messages using gin (text gin_trgm_ops);
exception when others then
  raise notice 'filters that read texts have no index: %', sqlerrm;
end
$$;
