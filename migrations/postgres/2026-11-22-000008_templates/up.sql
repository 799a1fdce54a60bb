-- The numbers up to 1,000 are those of the templates that come with the server.
create table templates (
  id bigint generated always as identity (start with 1001) primary key,
  workspace_id bigint not null references workspaces (id) on delete cascade,
  name text not null,
  content_template text not null,
  hashtag_template text,
  -- Null: for every network.
  platform text check (platform in ('instagram', 'facebook', 'twitter', 'linkedin', 'tiktok', 'youtube', 'pinterest', 'threads', 'youtube_shorts')),
  category text check (category in ('announcement', 'promotion', 'event', 'engagement', 'education', 'story', 'seasonal', 'hiring')),
  created_by bigint references users (id) on delete set null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index templates_newest on templates (workspace_id, created_at, id);
alter table events add column template_id bigint;
