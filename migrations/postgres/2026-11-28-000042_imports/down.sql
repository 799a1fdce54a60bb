drop table import_problems;
drop table import_lines;
drop table imports;
