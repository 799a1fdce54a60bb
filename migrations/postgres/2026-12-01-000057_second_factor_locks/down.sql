alter table second_factors drop column locked_until;
alter table second_factors drop column failures;
