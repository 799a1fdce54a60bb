drop index sessions_revoked;
drop index sessions_network;
alter table sessions drop column last_used_at;
alter table sessions drop column network;
alter table sessions drop column address;
