-- What people say to the accounts.
create table inbox_messages (
  id integer primary key autoincrement,
  workspace_id integer not null references workspaces (id) on delete cascade,
  account_id integer not null references accounts (id) on delete cascade,
  platform text not null,
  remote_id text not null,
  -- The same for all that belongs to one conversation of the account.
  thread_key text not null,
  kind text not null check (kind in ('dm', 'comment', 'mention')),
  status text not null check (status in ('unread', 'read', 'replied')),
  sender_remote_id text not null,
  sender_name text not null,
  sender_handle text,
  text text not null,
  url text,
  -- The network's id of what it answers.
  parent_remote_id text,
  -- The publication that it stands under, where it is one of ours.
  post_id integer references posts (id) on delete set null,
  target_id integer references post_targets (id) on delete set null,
  -- By the network's clock.
  received_at integer not null,
  created_at integer not null,
  updated_at integer not null,
  unique (account_id, remote_id)
);
create index inbox_messages_newest on inbox_messages (workspace_id, received_at, id);
create index inbox_messages_status on inbox_messages (workspace_id, status, received_at, id);
create index inbox_messages_account on inbox_messages (account_id, received_at, id);
create index inbox_messages_thread on inbox_messages (account_id, thread_key, received_at, id);
create index inbox_messages_post on inbox_messages (post_id, received_at, id) where post_id is not null;
create index inbox_messages_target on inbox_messages (target_id) where target_id is not null;
-- How far each account's inbox was read, and when it is looked at next.
create table inbox_marks (
  account_id integer primary key references accounts (id) on delete cascade,
  workspace_id integer not null references workspaces (id) on delete cascade,
  -- The client's own form; null before the first look.
  mark text,
  look_at integer not null,
  failures integer not null,
  last_error text,
  looked_at integer,
  lease_until integer,
  -- Grows with every look; only who holds the newest may write.
  lease_token integer not null
);
create index inbox_marks_due on inbox_marks (look_at);
-- Each row is the ledger row of its one public step: committed as sent before its call, and settled after it.
create table inbox_replies (
  id integer primary key autoincrement,
  workspace_id integer not null references workspaces (id) on delete cascade,
  message_id integer not null references inbox_messages (id) on delete cascade,
  account_id integer not null references accounts (id) on delete cascade,
  platform text not null,
  author_id integer references users (id) on delete set null,
  text text not null,
  state text not null check (state in ('queued', 'sent', 'confirmed', 'refused', 'unknown')),
  -- When a worker takes it up; null: nothing is left to be done.
  run_at integer,
  attempts integer not null,
  lease_until integer,
  -- Grows with every claim; only who holds the newest may write.
  lease_token integer not null,
  remote_id text,
  url text,
  evidence text,
  error text,
  -- No request of it is under way after this.
  deadline_at integer,
  sent_at integer,
  settled_at integer,
  created_at integer not null
);
create index inbox_replies_message on inbox_replies (message_id, id);
create index inbox_replies_account on inbox_replies (account_id, run_at, id);
create index inbox_replies_due on inbox_replies (run_at, id) where run_at is not null;
