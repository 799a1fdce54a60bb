alter table workspace_settings add column auto_reply_enabled boolean not null default false;
alter table workspace_settings add column auto_reply_text text;
-- Nobody wrote it: the settings' text, queued with the message that it answers.
alter table inbox_replies add column automatic boolean not null default false;
