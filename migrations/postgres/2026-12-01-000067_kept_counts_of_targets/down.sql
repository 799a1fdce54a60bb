drop trigger post_targets_counted_removed on post_targets;
drop trigger post_targets_counted_added on post_targets;
drop function keep_counts_of_targets();
delete from kept_counts where counted = 'account_posts';
