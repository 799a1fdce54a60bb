-- The numbers up to 1,000 are those of the templates that come with the server.
create table templates (
  id integer primary key autoincrement,
  workspace_id integer not null references workspaces (id) on delete cascade,
  name text not null,
  content_template text not null,
  hashtag_template text,
  -- Null: for every network.
  platform text check (platform in ('instagram', 'facebook', 'twitter', 'linkedin', 'tiktok', 'youtube', 'pinterest', 'threads', 'youtube_shorts')),
  category text check (category in ('announcement', 'promotion', 'event', 'engagement', 'education', 'story', 'seasonal', 'hiring')),
  created_by integer references users (id) on delete set null,
  created_at integer not null,
  updated_at integer not null
);
insert into sqlite_sequence (name, seq) values ('templates', 1000);
create index templates_newest on templates (workspace_id, created_at, id);
alter table events add column template_id integer;
