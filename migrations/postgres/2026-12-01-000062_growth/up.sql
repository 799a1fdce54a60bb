-- What the time of a list, an inbox or a report would else grow with: the rows of a workspace that a filter leaves out.
-- The times of an account's publications, newest first.
create index post_targets_times on post_targets (account_id, published_at) where published_at is not null;
-- Held posts whose time has passed.
create index posts_held on posts (campaign_id, scheduled_at, id) where status = 'held';
create index inbox_messages_kind on inbox_messages (workspace_id, kind, received_at, id);
create index inbox_messages_platform on inbox_messages (workspace_id, platform, received_at, id);
create index inbox_messages_account_status on inbox_messages (account_id, status, received_at, id);
-- Sums and counts over a period are read from the index alone.
create index target_metric_days_sums on target_metric_days
  (workspace_id, day, account_id) include (post_id, engagement, views, impressions, reach);
drop index target_metric_days_range;
create index post_targets_publications on post_targets (workspace_id, published_at, account_id, post_id)
  where published_at is not null;
drop index post_targets_published;
-- Filters that read senders, where there is pg_trgm: the step before has created it if it could.
do $$
begin
  create index inbox_messages_sender_parts on inbox_messages using gin (sender_name gin_trgm_ops, sender_handle gin_trgm_ops);
exception when others then
  raise notice 'filters that read senders have no index: %', sqlerrm;
end
$$;
