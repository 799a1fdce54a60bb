create table campaigns (
  id integer primary key autoincrement,
  workspace_id integer not null references workspaces (id) on delete cascade,
  name text not null,
  description text,
  status text not null check (status in ('active', 'paused', 'completed')),
  target_platforms text not null,
  start_date text not null,
  end_date text not null,
  -- In hundredths of the currency that the team reckons in.
  budget_hundredths integer,
  created_by integer references users (id) on delete set null,
  created_at integer not null,
  updated_at integer not null
);
create index campaigns_newest on campaigns (workspace_id, created_at, id);
create index campaigns_by_status on campaigns (workspace_id, status, created_at, id);
alter table posts add column campaign_id integer references campaigns (id) on delete set null;
create index posts_by_campaign on posts (campaign_id, created_at, id);
alter table events add column campaign_id integer;
