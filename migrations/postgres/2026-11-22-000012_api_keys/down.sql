drop table api_key_secrets;
drop table api_keys;
