-- How often each has changed since it was stored, from 1: an update names the revision that it was written for.
alter table users add column revision integer not null default 1;
alter table memberships add column revision integer not null default 1;
alter table posts add column revision integer not null default 1;
alter table campaigns add column revision integer not null default 1;
alter table templates add column revision integer not null default 1;
alter table media add column revision integer not null default 1;
alter table workspace_settings add column revision integer not null default 1;
-- Filters that read names and alternative texts of media, where there is pg_trgm: an earlier step has created it if it
-- could.
do $$
begin
  create index media_text_parts on media using gin (file_name gin_trgm_ops, alt_text gin_trgm_ops);
exception when others then
  raise notice 'filters that read texts of media have no index: %', sqlerrm;
end
$$;
