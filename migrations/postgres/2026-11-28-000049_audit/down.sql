drop index events_actor;
drop index events_user;
alter table events drop column changes;
alter table events drop column api_key_id;
alter table events drop column address;
