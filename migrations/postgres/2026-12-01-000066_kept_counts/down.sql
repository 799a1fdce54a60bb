drop trigger posts_counted_changed on posts;
drop trigger posts_counted_removed on posts;
drop trigger posts_counted_added on posts;
drop function keep_counts_of_posts();
drop table kept_counts;
