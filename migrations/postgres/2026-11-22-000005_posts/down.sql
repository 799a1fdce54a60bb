drop table sagas;
drop table target_media;
drop table post_targets;
drop table post_media;
drop table posts;
