drop index post_targets_published;
drop index post_targets_unmeasured;
alter table post_targets drop column measured;
drop table account_metric_days;
drop table account_metrics;
drop table target_metric_days;
drop table target_metric_points;
drop table target_metrics;
