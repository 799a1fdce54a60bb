delete from exports where kind = 'report';
create table exports_rebuilt (
  id integer primary key autoincrement,
  workspace_id integer not null references workspaces (id) on delete cascade,
  requested_by integer references users (id) on delete set null,
  kind text not null check (kind in ('posts', 'analytics')),
  status text not null check (status in ('queued', 'running', 'ready', 'failed')),
  first_day text not null,
  last_day text not null,
  -- The same days as instants: a time zone that changes meanwhile moves nothing.
  from_at integer not null,
  to_at integer not null,
  -- Posts that are to be written, and those that are.
  total integer not null,
  done integer not null,
  rows_written integer not null,
  chunks integer not null,
  -- The last post that was written: its time and id.
  cursor_at integer,
  cursor_id integer,
  -- Claims since something was written last.
  attempts integer not null,
  lease_until integer,
  lease_token integer not null,
  error text,
  created_at integer not null,
  finished_at integer
);
insert into exports_rebuilt select * from exports;
-- An id is never given twice, not that of an export that is gone either.
delete from sqlite_sequence where name = 'exports_rebuilt';
insert into sqlite_sequence (name, seq) select 'exports_rebuilt', seq from sqlite_sequence where name = 'exports';
create table export_chunks_rebuilt (
  export_id integer not null references exports_rebuilt (id) on delete cascade,
  position integer not null,
  workspace_id integer not null,
  content text not null,
  primary key (export_id, position)
);
insert into export_chunks_rebuilt select * from export_chunks;
drop table export_chunks;
drop table exports;
-- What refers to a table follows its new name.
alter table exports_rebuilt rename to exports;
alter table export_chunks_rebuilt rename to export_chunks;
create index exports_newest on exports (workspace_id, created_at, id);
create index exports_open on exports (created_at, id) where status in ('queued', 'running');
create index exports_old on exports (created_at);
