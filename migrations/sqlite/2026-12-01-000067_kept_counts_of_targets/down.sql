drop trigger post_targets_counted_removed;
drop trigger post_targets_counted_added;
delete from kept_counts where counted = 'account_posts';
