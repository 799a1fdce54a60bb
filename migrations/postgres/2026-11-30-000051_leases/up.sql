-- Every kind of work is held under a lease, fenced by its token, and taken over when the lease has ended.
-- Grows with every visit; only who holds the newest may write.
alter table account_metrics add column lease_token bigint not null default 0;
create index account_metrics_held on account_metrics (lease_until) where lease_until is not null;
create index inbox_marks_held on inbox_marks (lease_until) where lease_until is not null;
create index inbox_replies_held on inbox_replies (lease_until) where lease_until is not null;
-- When a worker takes it up. What is stored by a release that does not know the column is due at once.
alter table exports add column run_at timestamptz not null default 'epoch';
create index exports_due on exports (run_at, id) where status in ('queued', 'running');
alter table imports add column run_at timestamptz not null default 'epoch';
create index imports_due on imports (run_at, id) where status in ('queued', 'running');
create index exports_held on exports (lease_until) where lease_until is not null;
create index imports_held on imports (lease_until) where lease_until is not null;
-- They served the claims by age.
drop index exports_open;
drop index imports_open;
