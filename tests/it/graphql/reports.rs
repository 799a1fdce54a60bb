//! Reports as PDF.

use crate::publishing::stage::{LIMIT, Stage};
use crate::support::database::on_both_databases;
use crate::support::server::Settings;
use crate::support::waiting::eventually;
use fanfare_net::HttpClient;
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};
use url::Url;

const CREATE: &str = "mutation($input: CreateExportInput!) { createExport(input: $input) {
    export { id kind } userErrors { message code path } } }";
const EXPORT: &str = "query($id: ID!) { export(id: $id) { kind status done total rows url error } }";
const MEASURED: &str = "{ analytics { period { start end } totals { impressions } } }";

/// The file's name, what it is and its bytes.
async fn fetched(export: &Value) -> (String, String, Vec<u8>) {
    let url = Url::parse(export["url"].as_str().unwrap()).unwrap();
    let response = HttpClient::new().unwrap().request(Method::GET, url).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let header = |name: header::HeaderName| response.headers()[name].to_str().unwrap().to_owned();
    let (name, kind) = (header(header::CONTENT_DISPOSITION), header(header::CONTENT_TYPE));
    (name, kind, response.bytes().await.unwrap().to_vec())
}

async fn written(stage: &Stage, input: Value) -> Value {
    let input = json!({ "input": input });
    let asked = stage.person.graphql.payload(CREATE, input).await["export"].clone();
    assert_eq!(asked["kind"], "REPORT");
    eventually(LIMIT, "the report is written", async || {
        let variables = json!({ "id": asked["id"] });
        let export = stage.person.graphql.data(EXPORT, variables).await["export"].clone();
        assert_eq!(export["error"], Value::Null);
        (export["status"] == "READY").then_some(export)
    })
    .await
}

on_both_databases! {
    async fn a_report_tells_totals_networks_accounts_and_the_best_posts_as_a_pdf(db: Database) {
        let often = |settings: Settings| settings.set("FANFARE_METRICS_INTERVAL_SECONDS", "1");
        let stage = Stage::set_with(&db, often).await;
        let ann = stage.connect("TWITTER", "ann").await;
        let post = stage.create(json!({ "content": "the very best post", "accountIds": [ann], "publishNow": true })).await;
        stage.post_with_status(&post, "PUBLISHED").await;
        let numbers = eventually(LIMIT, "the post is measured", async || {
            let analytics = stage.person.graphql.data(MEASURED, json!({})).await["analytics"].clone();
            (!analytics["totals"]["impressions"].is_null()).then_some(analytics)
        })
        .await;
        let (start, end) = (numbers["period"]["start"].as_str().unwrap(), numbers["period"]["end"].as_str().unwrap());
        let export = written(&stage, json!({ "kind": "REPORT" })).await;
        assert_eq!((&export["done"], &export["total"], &export["rows"]), (&json!("30"), &json!("30"), &json!("0")));
        let (name, kind, file) = fetched(&export).await;
        assert_eq!(kind, "application/pdf");
        assert_eq!(name, format!("attachment; filename=\"report-{start}-{end}.pdf\""));
        assert!(file.starts_with(b"%PDF-1.7") && file.trim_ascii_end().ends_with(b"%%EOF"));
        // What is drawn is not compressed, and its ASCII stands in parentheses.
        let drawn = String::from_utf8_lossy(&file);
        let period = format!("Report from {start} to {end}");
        for words in [period.as_str(), "(Totals)", "(Change)", "(By network)", "(By account)", "(ann (X))", "(Best posts)", "(the very best post)", "(1 / "] {
            assert!(drawn.contains(words), "{words} is not in {drawn}");
        }
        let told = stage.person.events("EXPORT_PROGRESS, EXPORT_READY", 2).await;
        assert_eq!((&told[0]["kind"], &told[1]["kind"]), (&json!("EXPORT_PROGRESS"), &json!("EXPORT_READY")));
        assert_eq!(told[1]["payload"]["export_kind"], "report");
    }

    async fn a_report_of_nothing_says_so(db: Database) {
        let stage = Stage::set(&db).await;
        let export = written(&stage, json!({ "kind": "REPORT", "startDate": "2026-03-01", "endDate": "2026-03-01" })).await;
        let (_, _, file) = fetched(&export).await;
        let drawn = String::from_utf8_lossy(&file);
        for words in ["(There are none.)", "Not known on any of the days.", "None that was published in this period has been measured yet."] {
            assert!(drawn.contains(words), "{words} is not in {drawn}");
        }
    }
}
