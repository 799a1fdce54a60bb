alter table workspace_settings add column auto_reply_enabled integer not null default 0;
alter table workspace_settings add column auto_reply_text text;
-- Nobody wrote it: the settings' text, queued with the message that it answers.
alter table inbox_replies add column automatic integer not null default 0;
