//! Lists of posts by each of their times: every post once and in its place, however the list is paged through.

use super::posts::tomorrow;
use crate::publishing::stage::Stage;
use crate::support::database::{Database, on_both_databases};
use crate::support::graphql::Graphql;
use crate::support::person::Person;
use crate::support::server::Settings;
use crate::support::sql::execute;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use std::cmp::Reverse;

const POSTS: &str = "query($orderBy: PostOrder, $filter: PostFilter, $first: Int, $after: String, $last: Int,
    $before: String, $offset: Int) {
    posts(orderBy: $orderBy, filter: $filter, first: $first, after: $after, last: $last, before: $before, offset: $offset) {
        totalCount nodes { databaseId } edges { cursor node { databaseId } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";

/// A post as the test made it: its number, and so many minutes after some instant its times.
#[derive(Clone, Copy)]
struct Made {
    id: i64,
    scheduled: Option<i64>,
    published: Option<i64>,
}

fn later(base: DateTime<Utc>, minutes: i64) -> String {
    (base + TimeDelta::minutes(minutes)).to_rfc3339()
}

fn number(id: &Value) -> i64 {
    id.as_i64().unwrap_or_else(|| id.as_str().unwrap().parse().unwrap())
}

fn ids(page: &Value) -> Vec<i64> {
    page["nodes"].as_array().unwrap().iter().map(|post| number(&post["databaseId"])).collect()
}

async fn page(graphql: &Graphql, variables: Value) -> Value {
    graphql.data(POSTS, variables).await["posts"].clone()
}

/// What an order makes of the posts: those without the time last, and the same times by id.
fn sorted(made: &[Made], time: impl Fn(&Made) -> Option<i64>, latest_first: bool) -> Vec<i64> {
    let mut made = made.to_vec();
    if latest_first {
        made.sort_by_key(|post| (time(post).is_none(), Reverse((time(post), post.id))));
    } else {
        made.sort_by_key(|post| (time(post).is_none(), time(post), post.id));
    }
    made.iter().map(|post| post.id).collect()
}

/// Posts with times, some of them the same, and without.
async fn make(db: &Database, graphql: &Graphql, account: &str, base: DateTime<Utc>) -> Vec<Made> {
    let document = "mutation($input: CreatePostInput!) { createPost(input: $input) {
        post { databaseId } userErrors { message code path } } }";
    let times = [
        (Some(5), None),
        (None, Some(1)),
        (Some(2), Some(3)),
        (None, None),
        (Some(5), Some(3)),
        (None, None),
        (Some(1), Some(3)),
        (None, Some(9)),
        (Some(5), None),
    ];
    let mut made = Vec::new();
    for (scheduled, published) in times {
        let input = json!({ "content": "x", "accountIds": [account], "scheduledAt": scheduled.map(|it| later(base, it)) });
        let post = graphql.payload(document, json!({ "input": input })).await["post"]["databaseId"].clone();
        made.push(Made { id: number(&post), scheduled, published });
    }
    // Before anything is read and kept.
    for Made { id, published, .. } in &made {
        let Some(minutes) = published else { continue };
        let seconds = 1_700_000_000 + 60 * minutes;
        let at =
            if db.is_postgres() { format!("to_timestamp({seconds})") } else { format!("{seconds}000000") };
        execute(db, &format!("update posts set published_at = {at} where id = {id}")).await;
    }
    made
}

/// Pages through a list in every way that there is.
async fn walk(graphql: &Graphql, order: &str, expected: &[i64]) {
    let whole = page(graphql, json!({ "orderBy": order, "first": 100 })).await;
    assert_eq!(ids(&whole), expected, "{order}");
    assert_eq!(whole["totalCount"], expected.len());
    for size in [1, 4] {
        let (mut forward, mut after) = (Vec::new(), Value::Null);
        loop {
            let part = page(graphql, json!({ "orderBy": order, "first": size, "after": after })).await;
            forward.extend(ids(&part));
            after = part["pageInfo"]["endCursor"].clone();
            if part["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        assert_eq!(forward, expected, "{order}, {size} after a cursor");
        let (mut backward, mut before) = (Vec::new(), Value::Null);
        loop {
            let part = page(graphql, json!({ "orderBy": order, "last": size, "before": before })).await;
            backward.extend(ids(&part).into_iter().rev());
            before = part["pageInfo"]["startCursor"].clone();
            if part["pageInfo"]["hasPreviousPage"] == false {
                break;
            }
        }
        backward.reverse();
        assert_eq!(backward, expected, "{order}, {size} before a cursor");
    }
    for offset in 0..=expected.len() {
        let part = page(graphql, json!({ "orderBy": order, "first": 3, "offset": offset })).await;
        let rest = &expected[offset..];
        assert_eq!(ids(&part), &rest[..rest.len().min(3)], "{order}, {offset} left out");
    }
}

on_both_databases! {
    async fn posts_are_listed_by_each_of_their_times(db: Database) {
        let stage = Stage::set_with(&db, |settings: Settings| {
            settings.roles("api").set("FANFARE_CREATES_PER_MINUTE", "1000")
        }).await;
        let graphql = &stage.person.graphql;
        let account = stage.connect("TWITTER", "ann").await;
        let made = make(&db, graphql, &account, tomorrow()).await;
        for (latest_first, suffix) in [(true, "LATEST_FIRST"), (false, "EARLIEST_FIRST")] {
            let order = format!("SCHEDULED_{suffix}");
            walk(graphql, &order, &sorted(&made, |post| post.scheduled, latest_first)).await;
            let order = format!("PUBLISHED_{suffix}");
            walk(graphql, &order, &sorted(&made, |post| post.published, latest_first)).await;
        }
        walk(graphql, "NEWEST_FIRST", &sorted(&made, |post| Some(post.id), true)).await;

        let by_time = page(graphql, json!({ "orderBy": "SCHEDULED_LATEST_FIRST", "first": 1 })).await;
        let cursor = &by_time["pageInfo"]["endCursor"];
        for order in ["NEWEST_FIRST", "PUBLISHED_LATEST_FIRST"] {
            let answer = graphql.post(POSTS, json!({ "orderBy": order, "after": cursor })).await;
            assert_eq!(answer.error_codes(), ["BAD_USER_INPUT"], "a cursor of one order is none of another");
        }
    }

    async fn posts_are_found_by_their_author_and_by_bounds_of_each_time(db: Database) {
        let stage = Stage::set_with(&db, |settings: Settings| {
            settings.roles("api").set("FANFARE_CREATES_PER_MINUTE", "1000")
        }).await;
        let owner = &stage.person.graphql;
        let account = stage.connect("TWITTER", "ann").await;
        let base = tomorrow();
        let made = make(&db, owner, &account, base).await;
        let editor = Person::register(&stage.server).await;
        editor.join(owner, "EDITOR").await;
        let me = "{ viewer { user { id } workspace { id } } }";
        let (owner_id, editor_id) =
            (owner.data(me, json!({})).await["viewer"].clone(), editor.graphql.data(me, json!({})).await["viewer"].clone());
        let document = "mutation($input: CreatePostInput!) { createPost(input: $input) {
            post { databaseId } userErrors { message code path } } }";
        let input = json!({ "content": "the editor's", "workspaceId": owner_id["workspace"]["id"] });
        let of_editor = editor.graphql.payload(document, json!({ "input": input })).await["post"]["databaseId"].clone();
        let find = async |order: &str, filter: Value| {
            let found = page(owner, json!({ "orderBy": order, "filter": filter, "first": 100 })).await;
            assert_eq!(found["totalCount"], found["nodes"].as_array().unwrap().len());
            ids(&found)
        };
        let all = |mut found: Vec<i64>| {
            found.sort_unstable();
            found
        };
        let by = |id: &Value| json!({ "authorId": id["user"]["id"] });
        assert_eq!(find("NEWEST_FIRST", by(&editor_id)).await, [number(&of_editor)]);
        let own: Vec<i64> = made.iter().map(|post| post.id).collect();
        assert_eq!(all(find("SCHEDULED_EARLIEST_FIRST", by(&owner_id)).await), own);

        // From is inclusive, to is not, whatever the order.
        let planned: Vec<i64> =
            made.iter().filter(|it| it.scheduled.is_some_and(|at| (2..5).contains(&at))).map(|it| it.id).collect();
        let published: Vec<i64> =
            made.iter().filter(|it| it.published.is_some_and(|at| (3..9).contains(&at))).map(|it| it.id).collect();
        let at = |minutes: i64| {
            DateTime::from_timestamp(1_700_000_000 + 60 * minutes, 0).unwrap().to_rfc3339()
        };
        for order in ["NEWEST_FIRST", "SCHEDULED_LATEST_FIRST", "PUBLISHED_EARLIEST_FIRST"] {
            let filter = json!({ "scheduledFrom": later(base, 2), "scheduledTo": later(base, 5) });
            assert_eq!(all(find(order, filter).await), planned, "{order}");
            let filter = json!({ "publishedFrom": at(3), "publishedTo": at(9) });
            assert_eq!(all(find(order, filter).await), published, "{order}");
            let filter = json!({ "createdTo": "2020-01-01T00:00:00Z" });
            assert_eq!(find(order, filter).await, Vec::<i64>::new(), "{order}");
            let filter = json!({ "createdFrom": "2020-01-01T00:00:00Z" });
            assert_eq!(find(order, filter).await.len(), made.len() + 1, "{order}");
        }
    }
}
