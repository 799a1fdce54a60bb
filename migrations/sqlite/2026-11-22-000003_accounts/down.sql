drop table oauth_states;
drop table accounts;
