//! Multipart requests at random: each is answered, and none with a fault of the server.

use super::trial::{JSON, Trial, json};
use crate::EdgeOptions;
use proptest::prelude::*;
use reqwest::Method;

const OPERATIONS: &[&str] = &[
    r#"{"query":"mutation($f:Upload!){measure(file:$f)}","variables":{"f":null}}"#,
    r##"{"query":"mutation($f:Upload!){measure(file:$f)}","variables":{"f":"#__graphql_file__:7"}}"##,
    r##"{"query":"mutation{measure(file:\"#__graphql_file__:x\")}"}"##,
    r#"[{"query":"{hello}"},{"query":"mutation($f:Upload!){measure(file:$f)}","variables":{"f":null}}]"#,
    r#"{"query":"mutation($f:[Upload!]!){measure(file:$f)}","variables":{"f":[null,null]}}"#,
    "{}",
    "[]",
    "{",
    "null",
    "",
];
const MAPS: &[&str] = &[
    r#"{"0":["variables.f"]}"#,
    r#"{"0":["variables.f","variables.f"]}"#,
    r#"{"0":["1.variables.f"]}"#,
    r#"{"0":["variables.f.0"]}"#,
    r#"{"0":["variables"]}"#,
    r#"{"0":["variables."]}"#,
    r#"{"0":["variables.f.18446744073709551616"]}"#,
    r#"{"0":["9.variables.f"]}"#,
    r#"{"0":[".."]}"#,
    r#"{"0":[]}"#,
    r#"{"0":"variables.f"}"#,
    r#"{"0":["query"]}"#,
    "{}",
    "[]",
    "{",
    "",
];

/// Parts in the order of the specification, or some other bytes.
fn body() -> impl Strategy<Value = String> {
    let part = |name: &str, rest: String| {
        format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"{rest}\r\n")
    };
    let operations =
        prop_oneof![4 => proptest::sample::select(OPERATIONS).prop_map(str::to_owned), 1 => any::<String>()];
    let map = prop_oneof![4 => proptest::sample::select(MAPS).prop_map(str::to_owned), 1 => any::<String>()];
    let name = prop_oneof![4 => Just("a.txt".to_owned()), 1 => any::<String>(), 1 => "[é語🦀]{100}"];
    let file = (proptest::sample::select(&["0", "1", "map", ""][..]), name, any::<String>());
    let files = proptest::collection::vec(file, 0..4);
    let end = proptest::sample::select(&["--b--\r\n", "--b--", "--b", "", "--b\r\n", "--c--\r\n"][..]);
    let formed = (operations, map, files, end).prop_map(move |(operations, map, files, end)| {
        let files = files.into_iter().map(|(name, file_name, content)| {
            part(name, format!("; filename=\"{file_name}\"\r\ncontent-type: text/plain\r\n\r\n{content}"))
        });
        let head =
            [part("operations", format!("\r\n\r\n{operations}")), part("map", format!("\r\n\r\n{map}"))];
        head.into_iter().chain(files).collect::<String>() + end
    });
    // Cut or mixed up at any place.
    let broken = (formed, any::<proptest::sample::Index>(), any::<String>(), any::<bool>());
    broken.prop_map(|(mut body, at, noise, whole): (String, proptest::sample::Index, String, bool)| {
        if !whole {
            let at = body.floor_char_boundary(at.index(body.len() + 1));
            body.truncate(at);
            body.push_str(&noise);
        }
        body
    })
}

#[test]
fn any_multipart_body_is_answered_without_a_fault() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let trial = runtime.block_on(Trial::start(EdgeOptions::default()));
    let config = ProptestConfig { cases: 400, max_shrink_iters: 400, ..ProptestConfig::default() };
    proptest!(config, |(body in body())| {
        let headers = [("content-type", "multipart/form-data; boundary=b"), ("authorization", "Bearer good")];
        let reply = runtime.block_on(trial.send(Method::POST, "/graphql", &headers, &body));
        prop_assert!(matches!(reply.status.as_u16(), 200 | 400 | 413), "{} for {body}", reply.status);
        prop_assert!(!reply.body.windows(8).any(|bytes| bytes == b"INTERNAL"), "{:?} for {body}", reply.body);
        prop_assert!(reply.body.len() < 10_000, "{} bytes for {body}", reply.body.len());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_the_request_does_not_carry_is_bad_input_and_no_fault() {
    let trial = Trial::start(EdgeOptions::default()).await;
    for mark in
        ["#__graphql_file__:x", "a.txt", "#__graphql_file__:0", "#__graphql_file__:18446744073709551615"]
    {
        let query = "mutation($f:Upload!){measure(file:$f)}";
        let body = serde_json::json!({"query": query, "variables": {"f": mark}});
        let reply = trial.send(Method::POST, "/graphql", &[("content-type", JSON)], &body.to_string()).await;
        assert_eq!(reply.status, 200, "{mark}");
        assert_eq!(json(&reply)["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{mark}");
    }
}
