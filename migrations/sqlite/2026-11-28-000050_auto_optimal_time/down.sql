alter table workspace_settings drop column auto_optimal_time;
