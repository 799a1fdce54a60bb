-- The counts of step 66 for accounts. Each table has a step of its own, so that a step holds the lock of no more than one:
-- transactions of running servers take them in different orders.
-- Nothing changes between the count and the triggers.
lock table post_targets in share row exclusive mode;
insert into kept_counts (workspace_id, counted, of_id, bucket, amount, folded)
  select workspace_id, 'account_posts', account_id, '', count(*), true from post_targets group by workspace_id, account_id;
-- A target stays on its account.
create function keep_counts_of_targets() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into kept_counts (workspace_id, counted, of_id, bucket, amount)
      select workspace_id, 'account_posts', account_id, '', count(*) from added group by workspace_id, account_id;
  else
    insert into kept_counts (workspace_id, counted, of_id, bucket, amount)
      select workspace_id, 'account_posts', account_id, '', -count(*) from removed
      where exists (select from workspaces w where w.id = removed.workspace_id) group by workspace_id, account_id;
  end if;
  return null;
end
$$;
create trigger post_targets_counted_added after insert on post_targets
  referencing new table as added for each statement execute function keep_counts_of_targets();
create trigger post_targets_counted_removed after delete on post_targets
  referencing old table as removed for each statement execute function keep_counts_of_targets();
