create table second_factors (
  user_id integer primary key references users (id) on delete cascade,
  secret_sealed text not null,
  -- Null: the person has not yet shown that his app makes the codes.
  confirmed_at integer,
  -- The newest time step, of 30 seconds since 1970, whose code was used.
  last_step integer not null,
  created_at integer not null
);
create table recovery_codes (
  user_id integer not null references users (id) on delete cascade,
  code_hash text not null,
  created_at integer not null,
  used_at integer,
  primary key (user_id, code_hash)
);
-- Servers that run, and the id of the key that each of them seals with.
create table sealing_servers (
  server text primary key,
  key_id text not null,
  seen_at integer not null
);
