-- The last numbers of each publication, and when the network is asked again.
create table target_metrics (
  target_id integer primary key references post_targets (id) on delete cascade,
  workspace_id integer not null references workspaces (id) on delete cascade,
  post_id integer not null references posts (id) on delete cascade,
  account_id integer not null references accounts (id),
  views integer,
  impressions integer,
  reach integer,
  likes integer,
  comments integer,
  shares integer,
  saves integer,
  clicks integer,
  -- Follow from the numbers; kept for sums and means.
  engagement integer not null,
  audience integer,
  -- The highest milestone of the engagement that was told.
  milestone integer not null,
  -- Null: not looked at yet.
  measured_at integer,
  -- Null: it has grown old.
  next_look_at integer
);
create index target_metrics_due on target_metrics (account_id, next_look_at) where next_look_at is not null;
create index target_metrics_post on target_metrics (workspace_id, post_id);
-- The numbers as they were whenever they had changed.
create table target_metric_points (
  target_id integer not null references post_targets (id) on delete cascade,
  taken_at integer not null,
  workspace_id integer not null references workspaces (id) on delete cascade,
  post_id integer not null references posts (id) on delete cascade,
  views integer,
  impressions integer,
  reach integer,
  likes integer,
  comments integer,
  shares integer,
  saves integer,
  clicks integer,
  primary key (target_id, taken_at)
);
create index target_metric_points_post on target_metric_points (workspace_id, post_id, taken_at);
-- What each publication gained on a day of its workspace's time zone, when it was noticed.
create table target_metric_days (
  target_id integer not null references post_targets (id) on delete cascade,
  day text not null,
  workspace_id integer not null references workspaces (id) on delete cascade,
  post_id integer not null references posts (id) on delete cascade,
  account_id integer not null references accounts (id),
  engagement integer not null,
  -- Null: the network does not tell.
  views integer,
  impressions integer,
  reach integer,
  primary key (target_id, day)
);
create index target_metric_days_range on target_metric_days (workspace_id, day, account_id);
-- When an account's numbers are fetched, and by whom.
create table account_metrics (
  account_id integer primary key references accounts (id) on delete cascade,
  workspace_id integer not null references workspaces (id) on delete cascade,
  -- The highest milestone of the followers that was told; null: never looked at.
  milestone integer,
  next_account_look_at integer not null,
  -- The earliest of the account's own look and its publications'.
  run_at integer not null,
  -- One node at a time.
  lease_until integer,
  failures integer not null
);
create index account_metrics_due on account_metrics (run_at);
-- One row a UTC day: the day's last numbers.
create table account_metric_days (
  account_id integer not null references accounts (id) on delete cascade,
  utc_day text not null,
  workspace_id integer not null references workspaces (id) on delete cascade,
  taken_at integer not null,
  followers integer,
  following integer,
  posts integer,
  views integer,
  reach integer,
  primary key (account_id, utc_day)
);
create index account_metric_days_range on account_metric_days (workspace_id, utc_day);
-- Whether a publication has its row in target_metrics.
alter table post_targets add column measured integer not null default 0;
create index post_targets_unmeasured on post_targets (id) where status = 'published' and not measured;
create index post_targets_published on post_targets (workspace_id, published_at) where published_at is not null;
