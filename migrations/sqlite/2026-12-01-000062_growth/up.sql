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
  (workspace_id, day, account_id, post_id, engagement, views, impressions, reach);
drop index target_metric_days_range;
create index post_targets_publications on post_targets (workspace_id, published_at, account_id, post_id)
  where published_at is not null;
drop index post_targets_published;
-- Texts by every three characters in a row. The number of a row is its workspace's, times 2^40, and its own: a search
-- reads the parts of one workspace only. The texts themselves are not kept a second time.
create virtual table posts_parts using fts5 (content, content = '', columnsize = 0, tokenize = 'trigram');
create virtual table inbox_messages_parts using fts5
  (text, sender_name, sender_handle, content = '', columnsize = 0, tokenize = 'trigram');
insert into posts_parts (rowid, content) select workspace_id * 1099511627776 + id, content from posts;
insert into inbox_messages_parts (rowid, text, sender_name, sender_handle)
  select workspace_id * 1099511627776 + id, text, sender_name, sender_handle from inbox_messages;
-- What is deleted leaves the index at once, not when the index is merged some day.
insert into posts_parts (posts_parts, rank) values ('secure-delete', 1);
insert into inbox_messages_parts (inbox_messages_parts, rank) values ('secure-delete', 1);
create trigger posts_parts_added after insert on posts begin
  insert into posts_parts (rowid, content) values (new.workspace_id * 1099511627776 + new.id, new.content);
end;
create trigger posts_parts_removed after delete on posts begin
  insert into posts_parts (posts_parts, rowid, content)
    values ('delete', old.workspace_id * 1099511627776 + old.id, old.content);
end;
create trigger posts_parts_changed after update of content on posts when old.content <> new.content begin
  insert into posts_parts (posts_parts, rowid, content)
    values ('delete', old.workspace_id * 1099511627776 + old.id, old.content);
  insert into posts_parts (rowid, content) values (new.workspace_id * 1099511627776 + new.id, new.content);
end;
create trigger inbox_messages_parts_added after insert on inbox_messages begin
  insert into inbox_messages_parts (rowid, text, sender_name, sender_handle)
    values (new.workspace_id * 1099511627776 + new.id, new.text, new.sender_name, new.sender_handle);
end;
create trigger inbox_messages_parts_removed after delete on inbox_messages begin
  insert into inbox_messages_parts (inbox_messages_parts, rowid, text, sender_name, sender_handle) values
    ('delete', old.workspace_id * 1099511627776 + old.id, old.text, old.sender_name, old.sender_handle);
end;
create trigger inbox_messages_parts_changed after update of text, sender_name, sender_handle on inbox_messages
when old.text <> new.text or old.sender_name <> new.sender_name or old.sender_handle is not new.sender_handle begin
  insert into inbox_messages_parts (inbox_messages_parts, rowid, text, sender_name, sender_handle) values
    ('delete', old.workspace_id * 1099511627776 + old.id, old.text, old.sender_name, old.sender_handle);
  insert into inbox_messages_parts (rowid, text, sender_name, sender_handle)
    values (new.workspace_id * 1099511627776 + new.id, new.text, new.sender_name, new.sender_handle);
end;
