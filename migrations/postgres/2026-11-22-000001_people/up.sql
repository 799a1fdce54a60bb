create table users (
  id bigint generated always as identity primary key,
  email text not null,
  email_key text not null unique,
  name text not null,
  password_hash text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create table workspaces (
  id bigint generated always as identity primary key,
  name text not null,
  time_zone text not null,
  created_at timestamptz not null
);
create table memberships (
  workspace_id bigint not null references workspaces (id) on delete cascade,
  user_id bigint not null references users (id) on delete cascade,
  role text not null check (role in ('owner', 'admin', 'editor', 'viewer')),
  created_at timestamptz not null,
  primary key (workspace_id, user_id)
);
create index memberships_user on memberships (user_id, created_at, workspace_id);
create table sessions (
  id bigint generated always as identity primary key,
  user_id bigint not null references users (id) on delete cascade,
  created_at timestamptz not null,
  revoked_at timestamptz
);
create index sessions_user on sessions (user_id);
create table refresh_tokens (
  token_hash text primary key,
  session_id bigint not null references sessions (id) on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index refresh_tokens_session on refresh_tokens (session_id);
