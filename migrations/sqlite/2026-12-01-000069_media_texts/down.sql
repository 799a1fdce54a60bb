drop trigger media_parts_changed;
drop trigger media_parts_removed;
drop trigger media_parts_added;
drop table media_parts;
