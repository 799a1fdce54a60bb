alter table inbox_replies drop column requeued_at;
