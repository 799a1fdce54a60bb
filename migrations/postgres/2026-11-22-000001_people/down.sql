drop table refresh_tokens;
drop table sessions;
drop table memberships;
drop table workspaces;
drop table users;
