//! The edge next to the library's own service for axum on the same schema: what is plain is answered alike, so that a
//! client of the one works with the other.

use super::trial::{GRAPHQL_RESPONSE, JSON, Trial, json};
use crate::EdgeOptions;
use reqwest::Method;
use serde_json::{Value, json};

/// Requests that ask for nothing that the two may answer differently; of fields that failed the library leaves out the
/// key.
fn plain_requests() -> Vec<Value> {
    vec![
        json!({ "query": "{ hello }" }),
        json!({ "query": "query Q { a: hello b: hello }", "operationName": "Q" }),
        json!({ "query": "query A { hello } query B { who }", "operationName": "B" }),
        json!({ "query": "query($a: Int!, $b: Int!) { add(a: $a, b: $b) }", "variables": { "a": 2, "b": 3 } }),
        json!({ "query": "query($skip: Boolean!) { hello @skip(if: $skip) who }", "variables": { "skip": true } }),
        json!({ "query": "{ ...F __typename } fragment F on Query { hello }" }),
        json!([{ "query": "{ hello }" }, { "query": "{ add(a: 1, b: 1) }" }]),
    ]
}

/// `data` and the messages of the errors, of one answer or of a batch.
fn outcome(answer: &Value) -> Value {
    if let Some(batch) = answer.as_array() {
        return batch.iter().map(outcome).collect();
    }
    let errors = answer["errors"].as_array().into_iter().flatten();
    json!([answer["data"], errors.map(|error| [&error["message"], &error["path"]]).collect::<Vec<_>>()])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_request_is_answered_as_by_the_librarys_own_service() {
    let trial = Trial::start(EdgeOptions::default()).await;
    let headers = [("content-type", JSON), ("accept", GRAPHQL_RESPONSE)];
    for request in plain_requests() {
        let body = request.to_string();
        let ours = trial.send(Method::POST, "/graphql", &headers, &body).await;
        let theirs = trial.send(Method::POST, "/library", &headers, &body).await;
        assert_eq!(outcome(&json(&ours)), outcome(&json(&theirs)), "{body}");
    }
    let query = "?query=query(%24a%3AInt!)%7Badd(a%3A%24a%2Cb%3A1)%7D&variables=%7B%22a%22%3A4%7D";
    let ours = trial.send(Method::GET, &format!("/graphql{query}"), &headers, "").await;
    let theirs = trial.send(Method::GET, &format!("/library{query}"), &headers, "").await;
    assert_eq!(outcome(&json(&ours)), json!([{ "add": 5 }, []]));
    assert_eq!(outcome(&json(&ours)), outcome(&json(&theirs)));
}
