-- The last numbers of each publication, and when the network is asked again.
create table target_metrics (
  target_id bigint primary key references post_targets (id) on delete cascade,
  workspace_id bigint not null references workspaces (id) on delete cascade,
  post_id bigint not null references posts (id) on delete cascade,
  account_id bigint not null references accounts (id),
  views bigint,
  impressions bigint,
  reach bigint,
  likes bigint,
  comments bigint,
  shares bigint,
  saves bigint,
  clicks bigint,
  -- Follow from the numbers; kept for sums and means.
  engagement bigint not null,
  audience bigint,
  -- The highest milestone of the engagement that was told.
  milestone bigint not null,
  -- Null: not looked at yet.
  measured_at timestamptz,
  -- Null: it has grown old.
  next_look_at timestamptz
);
create index target_metrics_due on target_metrics (account_id, next_look_at) where next_look_at is not null;
create index target_metrics_post on target_metrics (workspace_id, post_id);
-- The numbers as they were whenever they had changed.
create table target_metric_points (
  target_id bigint not null references post_targets (id) on delete cascade,
  taken_at timestamptz not null,
  workspace_id bigint not null references workspaces (id) on delete cascade,
  post_id bigint not null references posts (id) on delete cascade,
  views bigint,
  impressions bigint,
  reach bigint,
  likes bigint,
  comments bigint,
  shares bigint,
  saves bigint,
  clicks bigint,
  primary key (target_id, taken_at)
);
create index target_metric_points_post on target_metric_points (workspace_id, post_id, taken_at);
-- What each publication gained on a day of its workspace's time zone, when it was noticed.
create table target_metric_days (
  target_id bigint not null references post_targets (id) on delete cascade,
  day date not null,
  workspace_id bigint not null references workspaces (id) on delete cascade,
  post_id bigint not null references posts (id) on delete cascade,
  account_id bigint not null references accounts (id),
  engagement bigint not null,
  -- Null: the network does not tell.
  views bigint,
  impressions bigint,
  reach bigint,
  primary key (target_id, day)
);
create index target_metric_days_range on target_metric_days (workspace_id, day, account_id);
-- When an account's numbers are fetched, and by whom.
create table account_metrics (
  account_id bigint primary key references accounts (id) on delete cascade,
  workspace_id bigint not null references workspaces (id) on delete cascade,
  -- The highest milestone of the followers that was told; null: never looked at.
  milestone bigint,
  next_account_look_at timestamptz not null,
  -- The earliest of the account's own look and its publications'.
  run_at timestamptz not null,
  -- One node at a time.
  lease_until timestamptz,
  failures integer not null
);
create index account_metrics_due on account_metrics (run_at);
-- One row a UTC day: the day's last numbers.
create table account_metric_days (
  account_id bigint not null references accounts (id) on delete cascade,
  utc_day date not null,
  workspace_id bigint not null references workspaces (id) on delete cascade,
  taken_at timestamptz not null,
  followers bigint,
  following bigint,
  posts bigint,
  views bigint,
  reach bigint,
  primary key (account_id, utc_day)
);
create index account_metric_days_range on account_metric_days (workspace_id, utc_day);
-- Whether a publication has its row in target_metrics.
alter table post_targets add column measured boolean not null default false;
create index post_targets_unmeasured on post_targets (id) where status = 'published' and not measured;
create index post_targets_published on post_targets (workspace_id, published_at) where published_at is not null;
