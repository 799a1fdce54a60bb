create table campaigns (
  id bigint generated always as identity primary key,
  workspace_id bigint not null references workspaces (id) on delete cascade,
  name text not null,
  description text,
  status text not null check (status in ('active', 'paused', 'completed')),
  target_platforms jsonb not null,
  start_date date not null,
  end_date date not null,
  -- In hundredths of the currency that the team reckons in.
  budget_hundredths bigint,
  created_by bigint references users (id) on delete set null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index campaigns_newest on campaigns (workspace_id, created_at, id);
create index campaigns_by_status on campaigns (workspace_id, status, created_at, id);
alter table posts add column campaign_id bigint references campaigns (id) on delete set null;
create index posts_by_campaign on posts (campaign_id, created_at, id);
alter table events add column campaign_id bigint;
