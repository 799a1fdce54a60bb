drop trigger campaign_posts_counted_changed;
drop trigger campaign_posts_counted_removed;
drop trigger campaign_posts_counted_added;
drop trigger posts_counted_changed;
drop trigger posts_counted_removed;
drop trigger posts_counted_added;
drop table kept_counts;
