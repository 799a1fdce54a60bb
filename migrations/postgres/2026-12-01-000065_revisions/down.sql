alter table workspace_settings drop column revision;
alter table media drop column revision;
alter table templates drop column revision;
alter table posts drop column revision;
alter table campaigns drop column revision;
alter table memberships drop column revision;
alter table users drop column revision;
