-- When a user last had a reply sent again; null: never. From then on it may take as long as a new one.
alter table inbox_replies add column requeued_at integer;
