-- The refresh of an account's token ahead of its end is leased work too.
-- When it is due; null: the access does not end, or its end is not known.
alter table accounts add column refresh_at timestamptz;
-- In a row.
alter table accounts add column refresh_failures integer not null default 0;
-- Grows with every refresh; only who holds the newest may write.
alter table accounts add column refresh_lease_token bigint not null default 0;
update accounts set refresh_at = token_expires_at
  - case when refresh_token_sealed is null then interval '168 hours' else interval '10 minutes' end;
create index accounts_refresh_due on accounts (refresh_at) where refresh_at is not null and status = 'active';
create index accounts_refresh_held on accounts (refresh_lease_until) where refresh_lease_until is not null;
