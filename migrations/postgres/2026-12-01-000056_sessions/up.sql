-- Where a session was opened or last used from; null: before this was kept.
alter table sessions add column address text;
-- The address's network, by which a sign-in is known to come from where the user has signed in before.
alter table sessions add column network text;
alter table sessions add column last_used_at timestamptz;
create index sessions_network on sessions (user_id, network);
-- Nodes read what others have revoked in the last minute.
create index sessions_revoked on sessions (revoked_at) where revoked_at is not null;
