drop trigger inbox_messages_counted_changed;
drop trigger inbox_messages_counted_removed;
drop trigger inbox_messages_counted_added;
delete from kept_counts where counted = 'account_messages';
