-- From where a person did it; null: the server itself, or a person who was erased.
alter table events add column address text;
-- The key that the person's program showed.
alter table events add column api_key_id bigint;
-- The fields that differ, as {"before": {}, "after": {}}; null: the event itself says all.
alter table events add column changes jsonb;
-- Erasure looks for a person in all logs.
create index events_user on events (user_id) where user_id is not null;
create index events_actor on events (actor_id, workspace_id, seq) where actor_id is not null;
