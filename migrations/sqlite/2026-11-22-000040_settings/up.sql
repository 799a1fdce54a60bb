-- A workspace without a row has the settings that stand in the code. Its time zone stands with the workspace.
create table workspace_settings (
  workspace_id integer primary key references workspaces (id) on delete cascade,
  engagement_notifications integer not null,
  banned_keywords text not null,
  updated_at integer not null
);

-- A calendar shows what was published at once beside what is planned.
create index posts_published_unplanned on posts (workspace_id, published_at, id) where scheduled_at is null;
