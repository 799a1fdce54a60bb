drop table export_chunks;
drop table exports;
