-- When a call was sent and by when it had ended, by the clock of the network: what a read-back looks for lies between.
-- Null: the network does not tell its time, or the call was made by an earlier version.
alter table publish_steps add column network_sent_at integer;
alter table publish_steps add column network_ended_at integer;
alter table inbox_replies add column network_sent_at integer;
alter table inbox_replies add column network_ended_at integer;
