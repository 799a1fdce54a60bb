drop table rate_buckets;
drop table jobs;
drop table publish_steps;
