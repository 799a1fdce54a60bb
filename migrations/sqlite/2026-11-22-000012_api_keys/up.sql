create table api_keys (
  id integer primary key autoincrement,
  workspace_id integer not null,
  user_id integer not null,
  name text not null,
  prefix text not null,
  scopes text not null,
  created_at integer not null,
  expires_at integer,
  rotated_at integer,
  revoked_at integer,
  last_used_at integer,
  -- A key stands for a membership and ends with it.
  foreign key (workspace_id, user_id) references memberships (workspace_id, user_id) on delete cascade
);
create index api_keys_newest on api_keys (workspace_id, created_at, id);
create index api_keys_of_member on api_keys (workspace_id, user_id, created_at, id);
-- A key that is being rotated has two secrets for a while.
create table api_key_secrets (
  prefix text primary key,
  workspace_id integer not null,
  api_key_id integer not null references api_keys (id) on delete cascade,
  secret_hash text not null,
  created_at integer not null,
  expires_at integer
);
create index api_key_secrets_key on api_key_secrets (api_key_id);
