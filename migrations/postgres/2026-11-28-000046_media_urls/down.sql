drop table media_fetches;
alter table posts drop column media_state;
