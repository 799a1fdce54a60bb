-- How many rows there are of what is asked for most, so that nobody has to go through them. Triggers keep the counts, in the
-- transaction that changes the rows. With one writer a count is one row; the parts are PostgreSQL's.
create table kept_counts (
  workspace_id integer not null references workspaces (id) on delete cascade,
  counted text not null check (counted in ('workspace_posts', 'campaign_posts', 'account_posts', 'account_messages')),
  -- The campaign or the account; 0: the workspace itself.
  of_id integer not null,
  -- The status that the rows have; empty: any.
  bucket text not null,
  part integer not null default 0,
  amount integer not null,
  folded integer not null default 1,
  primary key (workspace_id, counted, of_id, bucket, part)
) without rowid;
insert into kept_counts (workspace_id, counted, of_id, bucket, amount)
  select workspace_id, 'workspace_posts', 0, status, count(*) from posts group by workspace_id, status;
insert into kept_counts (workspace_id, counted, of_id, bucket, amount)
  select workspace_id, 'campaign_posts', campaign_id, '', count(*) from posts
  where campaign_id is not null group by workspace_id, campaign_id;
-- A count of nothing has no row.
create trigger kept_counts_emptied after update of amount on kept_counts when new.amount = 0 begin
  delete from kept_counts where workspace_id = new.workspace_id and counted = new.counted and of_id = new.of_id
    and bucket = new.bucket and part = new.part;
end;
create trigger posts_counted_added after insert on posts begin
  insert into kept_counts (workspace_id, counted, of_id, bucket, amount)
    values (new.workspace_id, 'workspace_posts', 0, new.status, 1)
    on conflict (workspace_id, counted, of_id, bucket, part) do update set amount = amount + 1;
end;
create trigger posts_counted_removed after delete on posts begin
  update kept_counts set amount = amount - 1 where workspace_id = old.workspace_id and counted = 'workspace_posts'
    and of_id = 0 and bucket = old.status;
end;
create trigger posts_counted_changed after update of status on posts when old.status <> new.status begin
  update kept_counts set amount = amount - 1 where workspace_id = old.workspace_id and counted = 'workspace_posts'
    and of_id = 0 and bucket = old.status;
  insert into kept_counts (workspace_id, counted, of_id, bucket, amount)
    values (new.workspace_id, 'workspace_posts', 0, new.status, 1)
    on conflict (workspace_id, counted, of_id, bucket, part) do update set amount = amount + 1;
end;
create trigger campaign_posts_counted_added after insert on posts when new.campaign_id is not null begin
  insert into kept_counts (workspace_id, counted, of_id, bucket, amount)
    values (new.workspace_id, 'campaign_posts', new.campaign_id, '', 1)
    on conflict (workspace_id, counted, of_id, bucket, part) do update set amount = amount + 1;
end;
create trigger campaign_posts_counted_removed after delete on posts when old.campaign_id is not null begin
  update kept_counts set amount = amount - 1 where workspace_id = old.workspace_id and counted = 'campaign_posts'
    and of_id = old.campaign_id and bucket = '';
end;
create trigger campaign_posts_counted_changed after update of campaign_id on posts
when old.campaign_id is not new.campaign_id begin
  update kept_counts set amount = amount - 1 where workspace_id = old.workspace_id and counted = 'campaign_posts'
    and of_id = old.campaign_id and bucket = '';
  insert into kept_counts (workspace_id, counted, of_id, bucket, amount)
    select new.workspace_id, 'campaign_posts', new.campaign_id, '', 1 where new.campaign_id is not null
    on conflict (workspace_id, counted, of_id, bucket, part) do update set amount = amount + 1;
end;
