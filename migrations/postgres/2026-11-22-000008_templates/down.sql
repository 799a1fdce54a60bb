alter table events drop column template_id;
drop table templates;
