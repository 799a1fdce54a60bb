-- What each workspace has used of the language model in a day of UTC, counted from 1970.
create table ai_usage (
  workspace_id bigint not null references workspaces (id) on delete cascade,
  day bigint not null,
  requests bigint not null,
  tokens bigint not null,
  primary key (workspace_id, day)
);
