alter table inbox_replies drop column network_ended_at;
alter table inbox_replies drop column network_sent_at;
alter table publish_steps drop column network_ended_at;
alter table publish_steps drop column network_sent_at;
