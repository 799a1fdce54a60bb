-- What each workspace has used of the language model in a day of UTC, counted from 1970.
create table ai_usage (
  workspace_id integer not null references workspaces (id) on delete cascade,
  day integer not null,
  requests integer not null,
  tokens integer not null,
  primary key (workspace_id, day)
);
