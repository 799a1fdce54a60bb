-- The counts of step 66 for messages.
-- Nothing changes between the count and the triggers.
lock table inbox_messages in share row exclusive mode;
insert into kept_counts (workspace_id, counted, of_id, bucket, amount, folded)
  select workspace_id, 'account_messages', account_id, status, count(*), true from inbox_messages
  group by workspace_id, account_id, status;
create function keep_counts_of_messages() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into kept_counts (workspace_id, counted, of_id, bucket, amount)
      select workspace_id, 'account_messages', account_id, status, count(*) from added
      group by workspace_id, account_id, status;
  elsif tg_op = 'DELETE' then
    insert into kept_counts (workspace_id, counted, of_id, bucket, amount)
      select workspace_id, 'account_messages', account_id, status, -count(*) from removed
      where exists (select from workspaces w where w.id = removed.workspace_id)
      group by workspace_id, account_id, status;
  else
    insert into kept_counts (workspace_id, counted, of_id, bucket, amount)
      select moved.* from (
        select workspace_id, 'account_messages', account_id, status, sum(amount) from (
          select workspace_id, account_id, status, 1 as amount from added
          union all
          select workspace_id, account_id, status, -1 from removed
        ) as of_status group by workspace_id, account_id, status
      ) as moved (workspace_id, counted, of_id, bucket, amount)
      where moved.amount <> 0 and exists (select from workspaces w where w.id = moved.workspace_id);
  end if;
  return null;
end
$$;
create trigger inbox_messages_counted_added after insert on inbox_messages
  referencing new table as added for each statement execute function keep_counts_of_messages();
create trigger inbox_messages_counted_removed after delete on inbox_messages
  referencing old table as removed for each statement execute function keep_counts_of_messages();
create trigger inbox_messages_counted_changed after update on inbox_messages
  referencing old table as removed new table as added for each statement execute function keep_counts_of_messages();
