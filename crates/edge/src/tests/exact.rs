//! What the specification says of execution, over each transport.

use super::socket::Client;
use super::trial::{JSON, Trial, code, json};
use crate::EdgeOptions;
use reqwest::Method;
use serde_json::json;
use std::sync::atomic::Ordering;

const IN_FRAGMENTS: &str =
    "subscription{...A ...B} fragment A on Events{count(to:1)} fragment B on Events{count(to:1)}";

async fn trial() -> Trial {
    Trial::start(EdgeOptions::default()).await
}

async fn text(trial: &Trial, query: &str) -> String {
    let reply = trial.post(&json!({"query": query})).await;
    String::from_utf8(reply.body.to_vec()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mutation_in_two_fragments_is_one_mutation() {
    let trial = trial().await;
    let query = "mutation{...A ...B} fragment A on Mutation{bump} fragment B on Mutation{bump}";
    let reply = trial.post(&json!({"query": query})).await;
    assert_eq!(json(&reply)["data"], json!({"bump": 1}));
    assert_eq!(trial.bumped.0.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_follow_the_selection_and_what_failed_is_null() {
    let trial = trial().await;
    let answer = text(&trial, "{hello fault add(a:1,b:2) who}").await;
    assert!(answer.contains(r#""data":{"hello":"world","fault":null,"add":3,"who":null}"#), "{answer}");
    let answer = text(&trial, "{hello broken}").await;
    assert!(answer.contains(r#""data":null"#) && answer.contains(r#""path":["broken"]"#), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_in_fragments_delivers_each_event_once() {
    let trial = trial().await;
    let mut client = Client::acknowledged(&trial).await;
    client.subscribe("a", IN_FRAGMENTS).await;
    let event = json!({"type": "next", "id": "a", "payload": {"data": {"count": 0}}});
    assert_eq!(client.hear().await, event);
    assert_eq!(client.hear().await, json!({"type": "complete", "id": "a"}));
    let body = json!({"query": IN_FRAGMENTS}).to_string();
    let headers = [("content-type", JSON), ("accept", "text/event-stream")];
    let reply = trial.send(Method::POST, "/graphql/stream", &headers, &body).await;
    let expected = b"event: next\ndata: {\"data\":{\"count\":0}}\n\nevent: complete\ndata:\n\n";
    assert_eq!(&reply.body[..], &expected[..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_a_document_is_told_with_its_place() {
    let trial = trial().await;
    let reply = trial.post(&json!({"query": "{\n  nothing\n  neither\n}"})).await;
    let errors = json(&reply)["errors"].as_array().unwrap().clone();
    let lines: Vec<_> = errors.iter().map(|error| error["locations"][0]["line"].as_u64()).collect();
    assert_eq!((reply.status.as_u16(), lines), (400, vec![Some(2), Some(3)]));
    assert!(errors.iter().all(|error| error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"));
}

#[tokio::test(flavor = "multi_thread")]
async fn variables_are_read_before_anything_runs() {
    let trial = trial().await;
    let query = "query($a:Int!){add(a:$a,b:1)}";
    let reply = trial.post(&json!({"query": query, "variables": {"a": 2_147_483_648_i64}})).await;
    assert_eq!((reply.status.as_u16(), code(&reply).as_str()), (400, "BAD_USER_INPUT"));
    assert!(json(&reply).get("data").is_none());
    let reply = trial.post(&json!({"query": query, "variables": {"a": 1, "unknown": []}})).await;
    assert_eq!(json(&reply)["data"]["add"], 2);
}
