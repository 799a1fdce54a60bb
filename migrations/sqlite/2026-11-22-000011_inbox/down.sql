drop table inbox_replies;
drop table inbox_marks;
drop table inbox_messages;
