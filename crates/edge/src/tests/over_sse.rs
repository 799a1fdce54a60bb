use super::trial::{JSON, Trial};
use crate::EdgeOptions;
use reqwest::Method;
use serde_json::json;
use std::sync::atomic::Ordering;
use std::time::Duration;

async fn stream(trial: &Trial, query: &str) -> String {
    let headers = [("content-type", JSON), ("accept", "text/event-stream"), ("authorization", "Bearer good")];
    let body = json!({"query": query}).to_string();
    let reply = trial.send(Method::POST, "/graphql/stream", &headers, &body).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), Some("text/event-stream; charset=utf-8"));
    String::from_utf8(reply.body.to_vec()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_is_a_next_and_the_end_is_a_complete() {
    let trial = Trial::start(EdgeOptions::default()).await;
    assert_eq!(
        stream(&trial, "subscription{count(to:2)}").await,
        "event: next\ndata: {\"data\":{\"count\":0}}\n\nevent: next\ndata: {\"data\":{\"count\":1}}\n\n\
         event: complete\ndata:\n\n"
    );
    assert!(
        stream(&trial, "{hello}").await.starts_with("event: next\ndata: {\"data\":{\"hello\":\"world\"}")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_document_is_told_through_the_stream() {
    let trial = Trial::start(EdgeOptions::default()).await;
    let text = stream(&trial, "subscription{nothing}").await;
    assert!(
        text.contains("GRAPHQL_VALIDATION_FAILED") && text.ends_with("event: complete\ndata:\n\n"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_opened_by_get_but_changes_nothing() {
    let trial = Trial::start(EdgeOptions::default()).await;
    let path = "/graphql/stream?query=subscription%7Bcount(to:1)%7D";
    let reply = trial.send(Method::GET, path, &[("accept", "text/event-stream")], "").await;
    assert!(reply.body.starts_with(b"event: next"));
    let reply = trial.send(Method::GET, "/graphql/stream?query=mutation%7Bbump%7D", &[], "").await;
    assert_eq!(reply.status, 405);
    assert_eq!(trial.bumped.0.load(Ordering::SeqCst), 0);
    let reply = trial.send(Method::POST, "/graphql/stream", &[("content-type", "text/plain")], "{}").await;
    assert_eq!(reply.status, 415);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_stream_is_kept_alive_and_ends_when_the_access_does() {
    let options = EdgeOptions {
        sse_keep_alive: Duration::from_millis(20),
        revalidate_every: Duration::from_millis(200),
        ..EdgeOptions::default()
    };
    let trial = Trial::start(options).await;
    trial.application.may_go_on.store(false, Ordering::SeqCst);
    let text = stream(&trial, "subscription{silence}").await;
    assert!(text.starts_with(":\n\n"), "{text}");
    assert!(text.contains("UNAUTHENTICATED") && text.ends_with("event: complete\ndata:\n\n"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_single_connection_mode_is_not_offered_and_says_so_at_its_first_step() {
    let trial = Trial::start(EdgeOptions::default()).await;
    // A reservation, the stop of an operation, and an operation for a reserved stream.
    for (method, path) in
        [(Method::PUT, "/graphql/stream"), (Method::DELETE, "/graphql/stream?operationId=1")]
    {
        let reply = trial.send(method, path, &[("x-graphql-event-stream-token", "x")], "").await;
        assert_eq!((reply.status.as_u16(), reply.header("allow")), (405, Some("GET, POST")), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_before_there_is_a_document_has_a_status_and_no_stream() {
    let trial = Trial::start(EdgeOptions::default()).await;
    let body = json!({"query": "subscription{count(to:1)}"}).to_string();
    for (headers, body, status) in [
        (vec![("content-type", JSON)], "{}", 400),
        (vec![("content-type", JSON)], "no json", 400),
        (vec![("content-type", JSON)], "{\"query\":\"{hello}\",\"variables\":[]}", 400),
        (vec![("content-type", JSON), ("authorization", "Bearer bad")], &body, 401),
        (vec![("content-type", "text/plain")], &body, 415),
    ] {
        let reply = trial.send(Method::POST, "/graphql/stream", &headers, body).await;
        assert_eq!(reply.status, status, "{body}");
        assert!(reply.header("content-type").is_some_and(|kind| kind.starts_with(JSON)), "{body}");
    }
}
