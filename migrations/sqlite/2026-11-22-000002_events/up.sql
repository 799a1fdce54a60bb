-- The last position of each workspace's log: a row of its own, locked last in a transaction.
create table event_counters (
  workspace_id integer primary key references workspaces (id) on delete cascade,
  last_seq integer not null
);
create table events (
  workspace_id integer not null references workspaces (id) on delete cascade,
  seq integer not null,
  kind text not null,
  post_id integer,
  target_id integer,
  account_id integer,
  media_id integer,
  user_id integer,
  actor_id integer,
  payload text not null,
  at integer not null,
  primary key (workspace_id, seq)
) without rowid;
create index events_post on events (workspace_id, post_id, seq) where post_id is not null;
create table idempotency_keys (
  workspace_id integer not null references workspaces (id) on delete cascade,
  user_id integer not null references users (id) on delete cascade,
  operation text not null,
  idempotency_key text not null,
  input_hash text not null,
  result text,
  created_at integer not null,
  primary key (workspace_id, user_id, operation, idempotency_key)
);
create index idempotency_keys_created on idempotency_keys (created_at);
