drop index posts_published_unplanned;
drop table workspace_settings;
