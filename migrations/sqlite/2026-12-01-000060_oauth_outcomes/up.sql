-- What came of a consent, for browsers that repeat the callback; null: nothing yet. A consent that failed has no row.
alter table oauth_states add column connected_account_id integer;
