alter table inbox_replies drop column automatic;
alter table workspace_settings drop column auto_reply_text;
alter table workspace_settings drop column auto_reply_enabled;
