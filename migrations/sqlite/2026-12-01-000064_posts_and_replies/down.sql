alter table inbox_replies drop column requeued_at;
drop index posts_by_author;
drop index posts_status_schedule;
drop index posts_by_publication;
