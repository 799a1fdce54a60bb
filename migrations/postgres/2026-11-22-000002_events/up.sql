-- The last position of each workspace's log: a row of its own, locked last in a transaction.
create table event_counters (
  workspace_id bigint primary key references workspaces (id) on delete cascade,
  last_seq bigint not null
);
create table events (
  workspace_id bigint not null references workspaces (id) on delete cascade,
  seq bigint not null,
  kind text not null,
  post_id bigint,
  target_id bigint,
  account_id bigint,
  media_id bigint,
  user_id bigint,
  actor_id bigint,
  payload jsonb not null,
  at timestamptz not null,
  primary key (workspace_id, seq)
);
create index events_post on events (workspace_id, post_id, seq) where post_id is not null;
create table idempotency_keys (
  workspace_id bigint not null references workspaces (id) on delete cascade,
  user_id bigint not null references users (id) on delete cascade,
  operation text not null,
  idempotency_key text not null,
  input_hash text not null,
  result jsonb,
  created_at timestamptz not null,
  primary key (workspace_id, user_id, operation, idempotency_key)
);
create index idempotency_keys_created on idempotency_keys (created_at);
