delete from exports where kind = 'report';
alter table exports drop constraint exports_kind_check;
alter table exports add constraint exports_kind_check check (kind in ('posts', 'analytics'));
