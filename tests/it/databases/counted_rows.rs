//! The rows that the database keeps counts of, counted one by one.

use crate::support::database::Database;
use crate::support::sql::lines;

/// In one statement, so that rows and counts are those of one moment.
const DIFFERENCES: &str = "
    with rows_there as (
        select workspace_id || ' workspace_posts 0 ' || status || ' ' || count(*) as line
            from posts group by workspace_id, status
        union all
        select workspace_id || ' campaign_posts ' || campaign_id || '  ' || count(*)
            from posts where campaign_id is not null group by workspace_id, campaign_id
        union all
        select workspace_id || ' account_posts ' || account_id || '  ' || count(*)
            from post_targets group by workspace_id, account_id
        union all
        select workspace_id || ' account_messages ' || account_id || ' ' || status || ' ' || count(*)
            from inbox_messages group by workspace_id, account_id, status
    ), kept as (
        select workspace_id || ' ' || counted || ' ' || of_id || ' ' || bucket || ' ' || sum(amount) as line
            from kept_counts group by workspace_id, counted, of_id, bucket having sum(amount) <> 0
    )
    select 'not kept: ' || line as line from (select line from rows_there except select line from kept) as missing
    union all
    select 'not there: ' || line from (select line from kept except select line from rows_there) as surplus";

/// Where the counts are not those of the rows.
pub async fn differences(db: &Database) -> Vec<String> {
    lines(db, DIFFERENCES).await
}

/// What a query of one number finds.
pub async fn number(db: &Database, query: &str) -> i64 {
    let found = lines(db, &format!("select cast(({query}) as text) as line")).await;
    found.concat().parse().unwrap_or_else(|_| panic!("{query}: {found:?}"))
}
