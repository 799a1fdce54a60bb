alter table events drop column campaign_id;
drop index posts_by_campaign;
alter table posts drop column campaign_id;
drop table campaigns;
