create table accounts (
  id bigint generated always as identity primary key,
  workspace_id bigint not null references workspaces (id) on delete cascade,
  platform text not null check (platform in ('instagram', 'facebook', 'twitter', 'linkedin', 'tiktok', 'youtube', 'pinterest', 'threads', 'youtube_shorts')),
  remote_id text not null,
  name text not null,
  handle text,
  account_type text not null,
  picture_url text,
  profile_url text,
  status text not null check (status in ('active', 'reconnect_required', 'disconnected', 'error')),
  status_reason text,
  simulated boolean not null,
  access_token_sealed text,
  refresh_token_sealed text,
  token_expires_at timestamptz,
  refresh_expires_at timestamptz,
  scopes jsonb not null,
  followers_count bigint,
  following_count bigint,
  -- One refresh at a time over all nodes: whoever sets this from null or from the past may refresh.
  refresh_lease_until timestamptz,
  expiry_warned_at timestamptz,
  connected_by bigint references users (id) on delete set null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (workspace_id, platform, remote_id)
);
create index accounts_newest on accounts (workspace_id, created_at, id);
create index accounts_expiry on accounts (status, token_expires_at);
create table oauth_states (
  state_hash text primary key,
  workspace_id bigint not null references workspaces (id) on delete cascade,
  user_id bigint not null references users (id) on delete cascade,
  platform text not null,
  -- The account that is to be reconnected; null: a new one.
  account_id bigint references accounts (id) on delete cascade,
  pkce_verifier_sealed text,
  browser_hash text,
  redirect_to text,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index oauth_states_expiry on oauth_states (expires_at);
