//! Files of a workspace's data.

use crate::publishing::stage::Stage;
use crate::support::database::on_both_databases;
use crate::support::person::Person;
use crate::support::server::Settings;
use crate::support::waiting::eventually;
use fanfare::net::HttpClient;
use reqwest::{Method, Response, StatusCode, header};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;
use url::Url;

const LIMIT: Duration = Duration::from_secs(60);
const CREATE: &str = "mutation($input: CreateExportInput!) { createExport(input: $input) {
    export { id kind status rows url } userErrors { message code path } } }";
const EXPORT: &str = "query($id: ID!) { export(id: $id) { kind status done total rows url error startDate endDate finishedAt } }";

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
}
