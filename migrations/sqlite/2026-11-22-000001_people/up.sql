create table users (
  id integer primary key autoincrement,
  email text not null,
  email_key text not null unique,
  name text not null,
  password_hash text not null,
  created_at integer not null,
  updated_at integer not null
);
create table workspaces (
  id integer primary key autoincrement,
  name text not null,
  time_zone text not null,
  created_at integer not null
);
create table memberships (
  workspace_id integer not null references workspaces (id) on delete cascade,
  user_id integer not null references users (id) on delete cascade,
  role text not null check (role in ('owner', 'admin', 'editor', 'viewer')),
  created_at integer not null,
  primary key (workspace_id, user_id)
);
create index memberships_user on memberships (user_id, created_at, workspace_id);
create table sessions (
  id integer primary key autoincrement,
  user_id integer not null references users (id) on delete cascade,
  created_at integer not null,
  revoked_at integer
);
create index sessions_user on sessions (user_id);
create table refresh_tokens (
  token_hash text primary key,
  session_id integer not null references sessions (id) on delete cascade,
  created_at integer not null,
  expires_at integer not null,
  used_at integer
);
create index refresh_tokens_session on refresh_tokens (session_id);
