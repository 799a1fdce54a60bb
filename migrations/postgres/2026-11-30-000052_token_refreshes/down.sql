drop index accounts_refresh_held;
drop index accounts_refresh_due;
alter table accounts drop column refresh_lease_token;
alter table accounts drop column refresh_failures;
alter table accounts drop column refresh_at;
