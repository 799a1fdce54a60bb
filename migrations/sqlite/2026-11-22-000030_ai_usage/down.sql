drop table ai_usage;
