alter table oauth_states drop column connected_account_id;
