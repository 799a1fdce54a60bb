-- Lists of posts in the order of their times, of one status among them, and those of one author.
create index posts_by_publication on posts (workspace_id, published_at, id);
create index posts_status_schedule on posts (workspace_id, status, scheduled_at, id);
create index posts_by_author on posts (workspace_id, author_id, created_at, id);
-- When a user last had a reply sent again; null: never. From then on it may take as long as a new one.
alter table inbox_replies add column requeued_at timestamptz;
