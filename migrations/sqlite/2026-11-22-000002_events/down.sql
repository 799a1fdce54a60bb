drop table idempotency_keys;
drop table events;
drop table event_counters;
