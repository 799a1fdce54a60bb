-- Wrong codes since the last valid one.
alter table second_factors add column failures integer not null default 0;
-- Until when codes of the app are refused.
alter table second_factors add column locked_until timestamptz;
