-- How often each has changed since it was stored, from 1: an update names the revision that it was written for.
alter table users add column revision integer not null default 1;
alter table memberships add column revision integer not null default 1;
alter table campaigns add column revision integer not null default 1;
alter table posts add column revision integer not null default 1;
alter table templates add column revision integer not null default 1;
alter table media add column revision integer not null default 1;
alter table workspace_settings add column revision integer not null default 1;
