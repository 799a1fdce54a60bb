drop trigger inbox_messages_counted_changed on inbox_messages;
drop trigger inbox_messages_counted_removed on inbox_messages;
drop trigger inbox_messages_counted_added on inbox_messages;
drop function keep_counts_of_messages();
delete from kept_counts where counted = 'account_messages';
