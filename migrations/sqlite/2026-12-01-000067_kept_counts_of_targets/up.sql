-- The counts of step 66 for accounts.
insert into kept_counts (workspace_id, counted, of_id, bucket, amount)
  select workspace_id, 'account_posts', account_id, '', count(*) from post_targets group by workspace_id, account_id;
-- A target stays on its account.
create trigger post_targets_counted_added after insert on post_targets begin
  insert into kept_counts (workspace_id, counted, of_id, bucket, amount)
    values (new.workspace_id, 'account_posts', new.account_id, '', 1)
    on conflict (workspace_id, counted, of_id, bucket, part) do update set amount = amount + 1;
end;
create trigger post_targets_counted_removed after delete on post_targets begin
  update kept_counts set amount = amount - 1 where workspace_id = old.workspace_id and counted = 'account_posts'
    and of_id = old.account_id and bucket = '';
end;
