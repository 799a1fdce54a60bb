drop table ai_server_usage;
drop table post_usage;
drop index media_sizes;
drop table storage_reservations;
