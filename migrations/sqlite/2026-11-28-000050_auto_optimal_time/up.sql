alter table workspace_settings add column auto_optimal_time integer not null default 0;
