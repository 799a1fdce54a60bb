alter table workspace_settings add column auto_optimal_time boolean not null default false;
