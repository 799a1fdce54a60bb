-- The ledger: a row is committed as sent before its call, and settled after it.
create table publish_steps (
  id bigint generated always as identity primary key,
  workspace_id bigint not null references workspaces (id) on delete cascade,
  target_id bigint not null references post_targets (id) on delete cascade,
  phase text not null check (phase in ('publish', 'delete')),
  name text not null,
  step_key text not null,
  state text not null check (state in ('sent', 'confirmed', 'refused', 'unknown')),
  public_effect boolean not null,
  remote_id text,
  url text,
  evidence jsonb,
  -- What the step has to remember for a later call, such as an upload address; sealed, never shown.
  memory_sealed text,
  error text,
  -- No request of the step is under way after this.
  deadline_at timestamptz not null,
  sent_at timestamptz not null,
  settled_at timestamptz
);
create index publish_steps_target on publish_steps (target_id, id);
create table jobs (
  id bigint generated always as identity primary key,
  workspace_id bigint not null references workspaces (id) on delete cascade,
  kind text not null check (kind in ('publish_target', 'delete_target')),
  target_id bigint not null references post_targets (id) on delete cascade,
  account_id bigint not null references accounts (id),
  platform text not null,
  state text not null check (state in ('queued', 'running', 'done', 'dead')),
  run_at timestamptz not null,
  -- The time that was asked for; waiting for a network ends 24 hours after it.
  due_at timestamptz not null,
  attempts integer not null,
  -- Whether the rate budgets were charged for the publication under way.
  budget_taken boolean not null,
  lease_until timestamptz,
  -- Grows with every claim; only who holds the newest may write.
  lease_token bigint not null,
  last_error text,
  created_at timestamptz not null
);
create index jobs_due on jobs (state, run_at, id);
create index jobs_account on jobs (account_id, state, run_at, id);
create unique index jobs_one_live_per_target on jobs (target_id) where state in ('queued', 'running');
create table rate_buckets (
  bucket text primary key,
  tokens double precision not null,
  updated_at timestamptz not null
);
