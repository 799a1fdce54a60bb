//! The days of the analytics as comma-separated values.

use crate::publishing::stage::Stage;
use crate::support::database::on_both_databases;
use crate::support::rest::{Call, Rest};
use reqwest::StatusCode;
use reqwest::header::{self, HeaderMap};
use serde_json::{Value, json};

const MARCH: [(&str, &str); 2] = [("start_date", "2026-03-01"), ("end_date", "2026-03-31")];

/// The routes that have the form: one by an account's number in its path.
async fn calls(rest: &Rest) -> [(&'static str, Value); 2] {
    let account = rest.call("listAccounts").body_of(200).await["accounts"][0]["id"].clone();
    assert!(account.is_i64(), "{account}");
    [("getAnalytics", json!("")), ("getAccountAnalytics", account)]
}

/// Whether a cache has to keep the answer apart by `Accept`.
fn varies(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::VARY).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|name| name.trim() == "accept")
}

on_both_databases! {
    async fn the_days_of_the_analytics_are_csv_for_who_asks_for_it(db: Database) {
        let stage = Stage::set(&db).await;
        stage.connect("TWITTER", "ann").await;
        let rest = Rest::of(&stage.person.graphql);
        for (route, argument) in calls(&rest).await {
            let ask = |accept: &str| -> Call {
                let call = rest.call_on(route, argument.to_string().trim_matches('"'));
                call.query(&MARCH).header("Accept", accept)
            };
            let (status, headers, text) = ask("text/csv").text().await;
            assert_eq!(status, StatusCode::OK, "{route}: {text}");
            assert_eq!(headers[header::CONTENT_TYPE], "text/csv; charset=utf-8; header=present");
            assert!(varies(&headers), "{headers:?}");
            let lines: Vec<&str> = text.split_terminator("\r\n").collect();
            assert_eq!(lines[0], "date,followers,engagement,views,impressions,reach,followers_counted");
            assert_eq!((lines.len(), lines[1], lines[31]), (32, "2026-03-01,,0,,,,false", "2026-03-31,,0,,,,false"));

            let tag = headers[header::ETAG].to_str().unwrap().to_owned();
            let (status, _, text) = ask("text/csv").header("If-None-Match", &tag).text().await;
            assert_eq!((status, text.as_str()), (StatusCode::NOT_MODIFIED, ""));
            let json = ask("application/json").header("If-None-Match", &tag).send().await;
            assert_eq!((json.status, json.body["daily"].as_array().map(Vec::len)), (StatusCode::OK, Some(31)));
            assert!(varies(&json.headers));
        }
    }

    async fn a_refusal_is_json_whatever_was_asked_for(db: Database) {
        let stage = Stage::set(&db).await;
        let rest = Rest::of(&stage.person.graphql);
        let csv = |route: &str, argument: &str| rest.call_on(route, argument).header("Accept", "text/csv");
        let backwards = [("start_date", "2026-03-02"), ("end_date", "2026-03-01")];
        let (code, fields) = csv("getAnalytics", "").query(&backwards).refused(400).await;
        assert_eq!((code.as_str(), fields.get("start_date").is_some()), ("INVALID", true), "{fields}");
        csv("getAccountAnalytics", "999999").refused(404).await;
        csv("getAnalytics", "").query(&[("nonsense", "1")]).refused(400).await;
        // Other routes have no other form.
        let posts = rest.call("listPosts").header("Accept", "text/csv").send().await;
        assert_eq!((posts.status, posts.body["total"].as_i64()), (StatusCode::OK, Some(0)));
        assert!(!varies(&posts.headers));
    }
}
