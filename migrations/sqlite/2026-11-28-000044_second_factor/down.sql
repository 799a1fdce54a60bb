drop table sealing_servers;
drop table recovery_codes;
drop table second_factors;
