//! Files of a workspace's data.

use crate::publishing::stage::Stage;
use crate::support::database::on_both_databases;
use crate::support::person::Person;
use crate::support::server::Settings;
use crate::support::waiting::eventually;
use fanfare_net::HttpClient;
use reqwest::{Method, Response, StatusCode, header};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;
use url::Url;

const LIMIT: Duration = Duration::from_secs(60);
const CREATE: &str = "mutation($input: CreateExportInput!) { createExport(input: $input) {
    export { id kind status rows url } userErrors { message code path } } }";
const EXPORT: &str = "query($id: ID!) { export(id: $id) { kind status done total rows url error startDate endDate finishedAt } }";
const LIST: &str = "query($filter: ExportFilter, $first: Int, $after: String) {
    exports(filter: $filter, first: $first, after: $after) {
        totalCount pageInfo { hasNextPage endCursor } nodes { id kind status } } }";

async fn asked_for(stage: &Stage, input: Value) -> Value {
    let export = stage.person.graphql.payload(CREATE, json!({ "input": input })).await["export"].clone();
    assert_eq!((&export["status"], &export["url"]), (&json!("QUEUED"), &Value::Null));
    export["id"].clone()
}

async fn ready(stage: &Stage, id: &Value) -> Value {
    eventually(LIMIT, "the export is ready", async || {
        let export = stage.person.graphql.data(EXPORT, json!({ "id": id })).await["export"].clone();
        assert_eq!(export["error"], Value::Null);
        (export["status"] == "READY").then_some(export)
    })
    .await
}

async fn get(url: &str) -> Response {
    HttpClient::new().unwrap().request(Method::GET, Url::parse(url).unwrap()).send().await.unwrap()
}

async fn fetched(export: &Value) -> String {
    let response = get(export["url"].as_str().unwrap()).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/csv; charset=utf-8; header=present");
    response.text().await.unwrap()
}

/// Creates so many drafts, the first of them with this number.
async fn drafts(stage: &Stage, from: usize, count: usize) {
    let posts: Vec<Value> =
        (from..from + count).map(|n| json!({ "content": format!("draft {n}"), "accountIds": [] })).collect();
    let document = "mutation($input: CreatePostsInput!) { createPosts(input: $input) { created failed } }";
    let made = stage.person.graphql.data(document, json!({ "input": { "posts": posts } })).await;
    assert_eq!(made["createPosts"]["created"], json!(count));
}

on_both_databases! {
    async fn posts_are_exported_with_a_line_for_each_account(db: Database) {
        let stage = Stage::set(&db).await;
        let (ann, bea) = (stage.connect("TWITTER", "=ann").await, stage.connect("TWITTER", "bea").await);
        stage.create(json!({ "content": "=HYPERLINK(\"http://evil\"), \"quoted\"\nand 한국어", "accountIds": [ann, bea], "hashtags": ["one", "two"] })).await;
        stage.create(json!({ "content": "for nobody yet", "accountIds": [] })).await;
        let id = asked_for(&stage, json!({ "kind": "POSTS" })).await;
        let export = ready(&stage, &id).await;
        assert_eq!((&export["done"], &export["total"], &export["rows"]), (&json!("2"), &json!("2"), &json!("3")));
        let file = fetched(&export).await;
        let (heading, lines) = file.split_once("\r\n").unwrap();
        assert!(heading.starts_with("post_id,created_at,post_status,campaign_id,target_id,account_id,account_name,platform,status,title,content,"));
        assert_eq!(lines.matches(",\"'=HYPERLINK(\"\"http://evil\"\"), \"\"quoted\"\"\nand 한국어\",one two,").count(), 2);
        assert!(lines.contains(",'=ann,twitter,draft,,") && lines.contains(",bea,twitter,draft,,"));
        assert_eq!(lines.matches("\r\n").count(), 3);
        assert!(lines.contains(",draft,,,,,,,,for nobody yet,,"));
        let told = stage.person.events("EXPORT_PROGRESS, EXPORT_READY", 2).await;
        assert_eq!((&told[0]["kind"], &told[1]["kind"]), (&json!("EXPORT_PROGRESS"), &json!("EXPORT_READY")));
        assert_eq!((&told[1]["payload"]["rows"], &told[1]["payload"]["status"]), (&json!(3), &json!("ready")));
    }

    async fn analytics_are_exported_with_a_line_for_each_day(db: Database) {
        let stage = Stage::set(&db).await;
        let input = json!({ "kind": "ANALYTICS", "startDate": "2026-03-01", "endDate": "2026-03-31" });
        let id = asked_for(&stage, input).await;
        let export = ready(&stage, &id).await;
        assert_eq!((&export["startDate"], &export["endDate"]), (&json!("2026-03-01"), &json!("2026-03-31")));
        let file = fetched(&export).await;
        let lines: Vec<&str> = file.lines().collect();
        assert_eq!(lines[0], "date,followers,engagement,views,impressions,reach,followers_counted");
        assert_eq!((lines.len(), lines[1], lines[31]), (32, "2026-03-01,,0,,,,false", "2026-03-31,,0,,,,false"));
    }

    async fn an_export_is_for_who_has_its_address_and_for_members(db: Database) {
        let stage = Stage::set(&db).await;
        let id = asked_for(&stage, json!({ "kind": "POSTS" })).await;
        let url = ready(&stage, &id).await["url"].as_str().unwrap().to_owned();
        let changed = |from: &str, to: &str| url.replacen(from, to, 1);
        assert_eq!(get(&changed("exp=", "exp=9")).await.status(), StatusCode::FORBIDDEN);
        assert_eq!(get(&changed("&sig=", "&sig=A")).await.status(), StatusCode::FORBIDDEN);
        assert_eq!(get(&changed("/exports/", "/exports/1")).await.status(), StatusCode::FORBIDDEN);
        assert_eq!(get(&changed("/exports/", "/exports/x")).await.status(), StatusCode::NOT_FOUND);
        let stranger = Person::register(&stage.server).await.graphql;
        assert_eq!(stranger.data(EXPORT, json!({ "id": id })).await["export"], Value::Null);
        let node = "query($id: ID!) { node(id: $id) { __typename id } }";
        assert_eq!(stranger.data(node, json!({ "id": id })).await["node"], Value::Null);
        assert_eq!(stage.person.graphql.data(node, json!({ "id": id })).await["node"], json!({ "__typename": "Export", "id": id }));
    }

    async fn exports_are_asked_for_once_with_one_key_and_five_at_a_time(db: Database) {
        let stage = Stage::set_with(&db, |settings: Settings| settings.roles("api").counting_statements()).await;
        let graphql = &stage.person.graphql;
        let keyed = json!({ "kind": "POSTS", "clientMutationKey": "k" });
        let first = asked_for(&stage, keyed.clone()).await;
        assert_eq!(asked_for(&stage, keyed).await, first);
        for _ in 0..4 {
            asked_for(&stage, json!({ "kind": "ANALYTICS" })).await;
        }
        let refused = graphql.user_errors(CREATE, json!({ "input": { "kind": "POSTS" } })).await;
        assert_eq!(refused, [("TOO_MANY".to_owned(), json!(["input", "kind"]))]);
        let backwards = json!({ "kind": "POSTS", "startDate": "2026-03-02", "endDate": "2026-03-01" });
        let refused = graphql.user_errors(CREATE, json!({ "input": backwards })).await;
        assert_eq!(refused, [("INVALID".to_owned(), json!(["input", "startDate"]))]);
        assert_eq!(graphql.post(EXPORT, json!({ "id": first })).await.statements(), 2, "whose it is, and itself");
    }

    async fn an_export_goes_on_after_a_kill_without_losing_or_doubling_a_line(db: Database) {
        let mut stage = Stage::set(&db).await;
        for batch in 0..5 {
            drafts(&stage, batch * 500, 500).await;
        }
        let id = asked_for(&stage, json!({ "kind": "POSTS" })).await;
        // The first event is of the wish, the second of the first part.
        stage.person.events("EXPORT_PROGRESS", 2).await;
        stage.server.restart().await;
        let export = ready(&stage, &id).await;
        assert_eq!((&export["done"], &export["rows"]), (&json!("2500"), &json!("2500")));
        let file = fetched(&export).await;
        let texts: BTreeSet<&str> = file.lines().skip(1).map(|line| line.split(',').nth(10).unwrap()).collect();
        assert_eq!((file.lines().count(), texts.len()), (2_501, 2_500));
    }

    async fn the_exports_of_a_workspace_are_listed_newest_first_by_what_they_hold_and_how_far_they_are(db: Database) {
        let stage = Stage::set_with(&db, |settings: Settings| settings.roles("api").counting_statements()).await;
        let mut asked = Vec::new();
        for kind in ["POSTS", "ANALYTICS", "POSTS"] {
            asked.push(asked_for(&stage, json!({ "kind": kind })).await);
        }
        let list = async |variables: Value| stage.person.graphql.data(LIST, variables).await["exports"].clone();
        let ids = |page: &Value| -> Vec<Value> {
            page["nodes"].as_array().unwrap().iter().map(|node| node["id"].clone()).collect()
        };
        let [first, second, third] = asked.as_slice() else { panic!("{asked:?}") };
        let all = list(json!({})).await;
        assert_eq!((ids(&all), &all["totalCount"]), (vec![third.clone(), second.clone(), first.clone()], &json!(3)));
        let page = list(json!({ "first": 2 })).await;
        assert_eq!((ids(&page).len(), &page["pageInfo"]["hasNextPage"]), (2, &json!(true)));
        let rest = list(json!({ "first": 2, "after": page["pageInfo"]["endCursor"] })).await;
        assert_eq!((ids(&rest), &rest["pageInfo"]["hasNextPage"]), (vec![first.clone()], &json!(false)));
        let days = list(json!({ "filter": { "kinds": ["ANALYTICS"], "statuses": ["QUEUED", "RUNNING"] } })).await;
        assert_eq!((ids(&days), &days["totalCount"]), (vec![second.clone()], &json!(1)));
        let ready = list(json!({ "filter": { "statuses": ["READY"] } })).await;
        assert_eq!((ids(&ready), &ready["totalCount"]), (vec![], &json!(0)));
        let stranger = Person::register(&stage.server).await.graphql;
        let theirs = stranger.data(LIST, json!({})).await["exports"].clone();
        assert_eq!((ids(&theirs), &theirs["totalCount"]), (vec![], &json!(0)));
        let nodes = "{ exports { nodes { id status } } }";
        assert_eq!(stage.person.graphql.post(nodes, json!({})).await.statements(), 1, "the page; the role is remembered");
    }

    async fn a_person_asks_for_ten_exports_a_minute_and_a_repetition_is_not_counted(db: Database) {
        let stage = Stage::set_with(&db, |settings: Settings| settings.roles("api")).await;
        let keyed = json!({ "kind": "POSTS", "clientMutationKey": "k" });
        let first = asked_for(&stage, keyed.clone()).await;
        // Five are taken, others refused because those five wait: these count too.
        let mut counted = 1;
        loop {
            let answer = stage.person.graphql.post(CREATE, json!({ "input": { "kind": "POSTS" } })).await;
            if answer.body["errors"][0]["extensions"]["code"] == "RATE_LIMITED" {
                break;
            }
            counted += 1;
            assert!(counted < 100, "nothing bounds it");
        }
        assert!(counted >= 10, "{counted}");
        assert_eq!(asked_for(&stage, keyed).await, first);
        let other = Person::register(&stage.server).await.graphql;
        let made = other.payload(CREATE, json!({ "input": { "kind": "POSTS" } })).await;
        assert_eq!(made["export"]["status"], "QUEUED");
    }
}
