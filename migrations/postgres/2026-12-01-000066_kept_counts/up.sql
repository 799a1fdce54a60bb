-- How many rows there are of what is asked for most, so that nobody has to go through them. Triggers keep the counts, in the
-- transaction that changes the rows. A count is the sum of its parts: each statement inserts parts of its own, so that no
-- writer waits for another. `crates/storage/backend/repo/kept_counts.rs` folds them.
create table kept_counts (
  workspace_id bigint not null references workspaces (id) on delete cascade,
  counted text not null check (counted in ('workspace_posts', 'campaign_posts', 'account_posts', 'account_messages')),
  -- The campaign or the account; 0: the workspace itself.
  of_id bigint not null,
  -- The status that the rows have; empty: any.
  bucket text not null,
  part bigint generated always as identity,
  amount bigint not null,
  -- Whether it was made of parts.
  folded boolean not null default false,
  primary key (workspace_id, counted, of_id, bucket, part) include (amount)
);
create index kept_counts_unfolded on kept_counts (workspace_id, counted, of_id, bucket) where not folded;
-- Nothing changes between the count and the triggers.
lock table posts in share row exclusive mode;
insert into kept_counts (workspace_id, counted, of_id, bucket, amount, folded)
  select workspace_id, 'workspace_posts', 0, status, count(*), true from posts group by workspace_id, status;
insert into kept_counts (workspace_id, counted, of_id, bucket, amount, folded)
  select workspace_id, 'campaign_posts', campaign_id, '', count(*), true from posts
  where campaign_id is not null group by workspace_id, campaign_id;
-- Where a workspace is deleted, its rows go after it: then there is nothing left to count for.
create function keep_counts_of_posts() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into kept_counts (workspace_id, counted, of_id, bucket, amount)
      select workspace_id, 'workspace_posts', 0, status, count(*) from added group by workspace_id, status
      union all
      select workspace_id, 'campaign_posts', campaign_id, '', count(*) from added
      where campaign_id is not null group by workspace_id, campaign_id;
  elsif tg_op = 'DELETE' then
    insert into kept_counts (workspace_id, counted, of_id, bucket, amount)
      select gone.* from (
        select workspace_id, 'workspace_posts', 0::bigint, status, -count(*) from removed group by workspace_id, status
        union all
        select workspace_id, 'campaign_posts', campaign_id, '', -count(*) from removed
        where campaign_id is not null group by workspace_id, campaign_id
      ) as gone (workspace_id, counted, of_id, bucket, amount)
      where exists (select from workspaces w where w.id = gone.workspace_id);
  else
    insert into kept_counts (workspace_id, counted, of_id, bucket, amount)
      select moved.* from (
        select workspace_id, 'workspace_posts', 0::bigint, status, sum(amount) from (
          select workspace_id, status, 1 as amount from added
          union all
          select workspace_id, status, -1 from removed
        ) as of_status group by workspace_id, status
        union all
        select workspace_id, 'campaign_posts', campaign_id, '', sum(amount) from (
          select workspace_id, campaign_id, 1 as amount from added where campaign_id is not null
          union all
          select workspace_id, campaign_id, -1 from removed where campaign_id is not null
        ) as of_campaign group by workspace_id, campaign_id
      ) as moved (workspace_id, counted, of_id, bucket, amount)
      where moved.amount <> 0 and exists (select from workspaces w where w.id = moved.workspace_id);
  end if;
  return null;
end
$$;
create trigger posts_counted_added after insert on posts
  referencing new table as added for each statement execute function keep_counts_of_posts();
create trigger posts_counted_removed after delete on posts
  referencing old table as removed for each statement execute function keep_counts_of_posts();
create trigger posts_counted_changed after update on posts
  referencing old table as removed new table as added for each statement execute function keep_counts_of_posts();
