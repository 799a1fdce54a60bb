-- The counts of step 66 for messages.
insert into kept_counts (workspace_id, counted, of_id, bucket, amount)
  select workspace_id, 'account_messages', account_id, status, count(*) from inbox_messages
  group by workspace_id, account_id, status;
create trigger inbox_messages_counted_added after insert on inbox_messages begin
  insert into kept_counts (workspace_id, counted, of_id, bucket, amount)
    values (new.workspace_id, 'account_messages', new.account_id, new.status, 1)
    on conflict (workspace_id, counted, of_id, bucket, part) do update set amount = amount + 1;
end;
create trigger inbox_messages_counted_removed after delete on inbox_messages begin
  update kept_counts set amount = amount - 1 where workspace_id = old.workspace_id and counted = 'account_messages'
    and of_id = old.account_id and bucket = old.status;
end;
create trigger inbox_messages_counted_changed after update of status on inbox_messages when old.status <> new.status begin
  update kept_counts set amount = amount - 1 where workspace_id = old.workspace_id and counted = 'account_messages'
    and of_id = old.account_id and bucket = old.status;
  insert into kept_counts (workspace_id, counted, of_id, bucket, amount)
    values (new.workspace_id, 'account_messages', new.account_id, new.status, 1)
    on conflict (workspace_id, counted, of_id, bucket, part) do update set amount = amount + 1;
end;
