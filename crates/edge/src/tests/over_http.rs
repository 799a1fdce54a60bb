use super::trial::{GRAPHQL_RESPONSE, JSON, Trial, code, json};
use crate::{EdgeOptions, StatusCodes};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::sync::atomic::Ordering;
use std::time::Duration;

async fn trial() -> Trial {
    Trial::start(EdgeOptions::default()).await
}

async fn post(trial: &Trial, headers: &[(&str, &str)], body: &str) -> fanfare_net::Reply {
    trial.send(Method::POST, "/graphql", headers, body).await
}

/// Asks by GET; `known`: the tag of what the client has.
async fn get(trial: &Trial, query: &str, known: Option<&str>) -> fanfare_net::Reply {
    let headers: Vec<(&str, &str)> = known.into_iter().map(|tag| ("if-none-match", tag)).collect();
    trial.send(Method::GET, &format!("/graphql?query={query}"), &headers, "").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_is_answered_in_the_media_type_that_was_asked_for() {
    let trial = trial().await;
    let body = json!({"query": "{hello}"}).to_string();
    for (accept, want) in [
        (GRAPHQL_RESPONSE, GRAPHQL_RESPONSE),
        (JSON, JSON),
        ("*/*", JSON),
        ("application/json;q=0.5, application/graphql-response+json", GRAPHQL_RESPONSE),
        ("application/graphql-response+json;q=0.1, application/json", JSON),
    ] {
        let reply = post(&trial, &[("content-type", JSON), ("accept", accept)], &body).await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.header("content-type"), Some(&*format!("{want}; charset=utf-8")), "{accept}");
        assert_eq!(json(&reply)["data"]["hello"], "world");
    }
    let reply = post(&trial, &[("content-type", JSON), ("accept", "text/html")], &body).await;
    assert_eq!(reply.status, 406);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_browser_sends_without_asking_is_refused() {
    let trial = trial().await;
    let body = json!({"query": "mutation{bump}"}).to_string();
    for content_type in
        ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1", ""]
    {
        let reply = post(&trial, &[("content-type", content_type)], &body).await;
        assert_eq!(reply.status, 415, "{content_type}");
    }
    let form = "--b\r\ncontent-disposition: form-data; name=\"operations\"\r\n\r\n{}\r\n--b--\r\n";
    let reply = post(&trial, &[("content-type", "multipart/form-data; boundary=b")], form).await;
    assert_eq!(reply.status, 403);
    assert_eq!(trial.bumped.0.load(Ordering::SeqCst), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_has_is_not_sent_again() {
    let trial = trial().await;
    let first = get(&trial, "%7Bhello%7D", None).await;
    let tag = first.header("etag").unwrap().to_owned();
    assert!(tag.starts_with("W/\""), "{tag}");
    assert_eq!(first.header("cache-control"), Some("private, no-cache"));
    let again = get(&trial, "%7Bhello%7D", Some(&tag)).await;
    assert_eq!((again.status.as_u16(), again.header("etag")), (304, Some(&*tag)));
    assert_eq!(again.header("content-type"), None);
    // The tag is of the data, whichever document asked for it.
    let other = get(&trial, "query%20Q%7Bhello%7D", Some(&tag)).await;
    assert_eq!(other.status, 304);
    let other = get(&trial, "%7Bwho%7D", Some(&tag)).await;
    assert_eq!(other.status, 200);
    let failed = get(&trial, "%7Bforbidden%7D", Some("*")).await;
    assert_eq!((failed.status.as_u16(), failed.header("etag")), (200, None));
    assert_eq!(failed.header("cache-control"), Some("no-store"));
    let posted = trial.post(&json!({ "query": "{ hello }" })).await;
    assert_eq!(posted.header("etag"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn get_runs_queries_and_refuses_mutations() {
    let trial = trial().await;
    let path = "/graphql?query=query(%24a:Int!){add(a:%24a,b:2)}&variables=%7B%22a%22:1%7D";
    let reply = trial.send(Method::GET, path, &[], "").await;
    assert_eq!(json(&reply)["data"]["add"], 3);
    let reply = trial.send(Method::GET, "/graphql?query=mutation%7Bbump%7D", &[], "").await;
    assert_eq!((reply.status.as_u16(), reply.header("allow")), (405, Some("GET, POST")));
    assert_eq!(trial.bumped.0.load(Ordering::SeqCst), 0);
    assert_eq!(trial.send(Method::PUT, "/graphql", &[], "").await.status, 405);
    assert_eq!(trial.send(Method::GET, "/graphql", &[], "").await.status, 400);
    let twice = "/graphql?query=%7Bhello%7D&query=%7Bwho%7D";
    assert_eq!(trial.send(Method::GET, twice, &[], "").await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_document_is_400_or_200_by_media_type_and_has_no_data() {
    let trial = trial().await;
    for (query, want) in [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{nothing}", "GRAPHQL_VALIDATION_FAILED"),
        ("{...a} fragment a on Query{...a}", "GRAPHQL_VALIDATION_FAILED"),
    ] {
        let body = json!({"query": query});
        let reply = trial.post(&body).await;
        assert_eq!((reply.status.as_u16(), code(&reply).as_str()), (400, want));
        assert!(json(&reply).get("data").is_none());
        let legacy = post(&trial, &[("content-type", JSON), ("accept", JSON)], &body.to_string()).await;
        assert_eq!((legacy.status.as_u16(), code(&legacy).as_str()), (200, want));
        assert!(json(&legacy).get("data").is_none());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_parameters_are_400_in_both_media_types() {
    let trial = trial().await;
    for body in [
        json!({}),
        json!({"query": 1}),
        json!({"query": "{hello}", "operationName": 1}),
        json!({"query": "{hello}", "variables": []}),
        json!({"query": "{hello}", "extensions": "x"}),
        json!([]),
        json!("x"),
    ] {
        for accept in [GRAPHQL_RESPONSE, JSON] {
            let headers = [("content-type", JSON), ("accept", accept)];
            assert_eq!(post(&trial, &headers, &body.to_string()).await.status, 400, "{body}");
        }
    }
    assert_eq!(post(&trial, &[("content-type", JSON)], "{ not json").await.status, 400);
    let nulls = json!({"query": "{hello}", "operationName": null, "variables": null, "extensions": null});
    assert_eq!(trial.post(&nulls).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_token_is_401_where_a_session_is_needed_and_nothing_elsewhere() {
    let trial = trial().await;
    let ask = async |token: &str, query: &str| {
        let body = json!({ "query": query }).to_string();
        post(&trial, &[("content-type", JSON), ("authorization", token)], &body).await
    };
    for token in ["Bearer bad", "Bearer old", "Basic eDp5"] {
        let reply = ask(token, "{mine}").await;
        let told = (reply.status.as_u16(), reply.header("www-authenticate"));
        assert_eq!(told, (401, Some("Bearer")), "{token}");
        assert_eq!(code(&reply), "UNAUTHENTICATED");
        let reply = ask(token, "{hello}").await;
        assert_eq!(
            (reply.status.as_u16(), &json(&reply)["data"]["hello"]),
            (200, &json!("world")),
            "{token}"
        );
        // What came of the rest is not lost.
        let reply = ask(token, "{hello mine}").await;
        assert_eq!((reply.status.as_u16(), code(&reply).as_str()), (200, "UNAUTHENTICATED"), "{token}");
        let batch = async |queries: Value| {
            let headers = [("content-type", JSON), ("authorization", token)];
            post(&trial, &headers, &queries.to_string()).await.status.as_u16()
        };
        assert_eq!(batch(json!([{"query": "{mine}"}, {"query": "{mine}"}])).await, 401);
        assert_eq!(batch(json!([{"query": "{mine}"}, {"query": "{hello}"}])).await, 200);
    }
    for token in ["", "Bearer", "Bearer "] {
        let reply = ask(token, "{who}").await;
        assert_eq!((reply.status.as_u16(), &json(&reply)["data"]["who"]), (200, &Value::Null), "{token}");
    }
    assert_eq!(json(&ask("Bearer good", "{who}").await)["data"]["who"], 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn status_codes_are_those_of_the_draft_where_it_is_asked_for() {
    let stable = trial().await;
    let options = EdgeOptions { status_codes: StatusCodes::Draft, ..EdgeOptions::default() };
    let draft = Trial::start(options).await;
    for (body, in_stable, in_draft) in [
        (json!({"query": "{hello}"}), 200, 200),
        (json!({"query": "{hello forbidden}"}), 200, 294),
        (json!({"query": "{broken}"}), 200, 294),
        (json!({"query": "{"}), 400, 400),
        (json!({"query": "{nothing}"}), 400, 422),
        (json!({"query": "query a{hello} query b{hello}"}), 400, 422),
        (json!({"query": "query($a:Int!){add(a:$a,b:1)}", "variables": {"a": "x"}}), 400, 422),
        (json!({"query": 1}), 400, 400),
    ] {
        assert_eq!(stable.post(&body).await.status, in_stable, "{body}");
        assert_eq!(draft.post(&body).await.status, in_draft, "{body}");
        // Of the older media type nothing changes.
        let (headers, text) = ([("content-type", JSON), ("accept", JSON)], body.to_string());
        let older = post(&stable, &headers, &text).await;
        assert_eq!(post(&draft, &headers, &text).await.status, older.status, "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_only_a_valid_token_allows_says_what_is_wrong_with_the_token() {
    let options = EdgeOptions { anonymous_body_bytes: 100, ..EdgeOptions::default() };
    let trial = Trial::start(options).await;
    let body = json!({"query": "{hello}", "variables": {"x": "x".repeat(200)}}).to_string();
    let refused = post(&trial, &[("content-type", JSON), ("authorization", "Bearer old")], &body).await;
    assert_eq!((refused.status.as_u16(), code(&refused).as_str()), (401, "UNAUTHENTICATED"));
    assert_eq!(post(&trial, &[("content-type", JSON)], &body).await.status, 413);
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_carry_a_code_and_the_request_id_and_faults_say_nothing_more() {
    let trial = trial().await;
    let body = json!({"query": "{fault forbidden hello}"}).to_string();
    let reply = post(&trial, &[("content-type", JSON), ("x-request-id", "trial-1")], &body).await;
    assert_eq!(reply.header("x-request-id"), Some("trial-1"));
    let answer = json(&reply);
    assert_eq!(answer["data"]["hello"], "world");
    let errors = answer["errors"].as_array().unwrap();
    let of = |code: &str| errors.iter().find(|e| e["extensions"]["code"] == code).unwrap();
    assert_eq!(of("INTERNAL")["message"], "Internal error");
    assert_eq!(of("FORBIDDEN")["message"], "Not yours");
    assert!(errors.iter().all(|e| e["extensions"]["requestId"] == "trial-1"));
    let crash = trial.post(&json!({"query": "{crash}"})).await;
    assert_eq!((crash.status.as_u16(), code(&crash).as_str()), (500, "INTERNAL"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dependency_that_is_down_is_503_unless_something_could_be_answered() {
    let trial = trial().await;
    let reply = trial.post(&json!({"query": "{down}"})).await;
    assert_eq!((reply.status.as_u16(), reply.header("retry-after")), (503, Some("2")));
    assert_eq!(trial.post(&json!({"query": "{down hello}"})).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_never_echoes_a_long_document() {
    let trial = trial().await;
    let reply = trial.post(&json!({"query": format!("{{{}}}", "x".repeat(60_000))})).await;
    assert_eq!(reply.status, 400);
    assert!(reply.body.len() < 1_000, "{}", reply.body.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mutation_answers_with_the_position_that_it_wrote_and_its_cost() {
    let trial = trial().await;
    let reply = trial.post(&json!({"query": "mutation{bump}"})).await;
    assert_eq!(reply.header("x-fanfare-seq"), Some("42"));
    assert_eq!(json(&reply)["extensions"]["cost"], json!({"used": 0, "limit": 1_000}));
    assert_eq!(trial.post(&json!({"query": "{hello}"})).await.header("x-fanfare-seq"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_answers_each_request_and_has_at_most_ten() {
    let trial = trial().await;
    let reply =
        trial.post(&json!([{"query": "{hello}"}, {"query": "{nothing}"}, {"query": "{add(a:1,b:1)}"}])).await;
    assert_eq!(reply.status, 200);
    let answers = json(&reply);
    assert_eq!(answers[0]["data"]["hello"], "world");
    assert_eq!(answers[1]["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
    assert_eq!(answers[2]["data"]["add"], 2);
    let eleven: Vec<Value> = (0..11).map(|_| json!({"query": "{hello}"})).collect();
    assert_eq!(trial.post(&json!(eleven)).await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_persisted_query_is_found_after_it_was_sent_once() {
    let trial = trial().await;
    let query = "{hello add(a:2,b:2)}";
    let hash = Sha256::digest(query).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    });
    let extensions = json!({"persistedQuery": {"version": 1, "sha256Hash": hash}});
    let by_hash = json!({"extensions": extensions});
    let reply = trial.post(&by_hash).await;
    assert_eq!((reply.status.as_u16(), code(&reply).as_str()), (200, "PERSISTED_QUERY_NOT_FOUND"));
    assert_eq!(json(&reply)["errors"][0]["message"], "PersistedQueryNotFound");
    assert_eq!(trial.post(&json!({"query": "{hello}", "extensions": extensions})).await.status, 400);
    assert_eq!(trial.post(&json!({"query": query, "extensions": extensions})).await.status, 200);
    assert_eq!(json(&trial.post(&by_hash).await)["data"]["add"], 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_reaches_its_variable_and_each_part_is_bounded() {
    let trial = Trial::start(EdgeOptions { upload_bytes: 1_000, ..EdgeOptions::default() }).await;
    let form = |content: &str| {
        let part = |name: &str, body: &str| {
            format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"{body}\r\n")
        };
        let operations = r#"{"query":"mutation($f:Upload!){measure(file:$f)}","variables":{"f":null}}"#;
        [
            part("operations", &format!("\r\n\r\n{operations}")),
            part("map", "\r\n\r\n{\"0\":[\"variables.f\"]}"),
            part("0", &format!("; filename=\"a.txt\"\r\ncontent-type: text/plain\r\n\r\n{content}")),
            "--b--\r\n".to_owned(),
        ]
        .concat()
    };
    let multipart = ("content-type", "multipart/form-data; boundary=b");
    let signed_in = [multipart, ("authorization", "Bearer good")];
    let reply = post(&trial, &signed_in, &form("12345")).await;
    assert_eq!(json(&reply)["data"]["measure"], 5);
    assert_eq!(post(&trial, &signed_in, &form(&"x".repeat(1_001))).await.status, 413);
    assert_eq!(post(&trial, &[multipart, ("graphql-preflight", "1")], &form("1")).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_over_the_limit_and_compressed_ones_are_refused() {
    let trial = trial().await;
    let body = json!({"query": "{hello}", "variables": {"x": "y".repeat(1 << 20)}});
    assert_eq!(trial.post(&body).await.status, 413);
    let headers = [("content-type", JSON), ("content-encoding", "gzip")];
    assert_eq!(post(&trial, &headers, "x").await.status, 415);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_that_takes_too_long_is_told_so() {
    let options = EdgeOptions { request_timeout: Duration::from_millis(100), ..EdgeOptions::default() };
    let reply = Trial::start(options).await.post(&json!({"query": "{never}"})).await;
    assert_eq!((reply.status.as_u16(), code(&reply).as_str()), (504, "TIMEOUT"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fragment_bomb_is_refused_before_it_costs_anything() {
    let trial = trial().await;
    let mut query = "{...f0}".to_owned();
    for level in 0..45 {
        write!(query, "fragment f{level} on Query{{...f{0} ...f{0}}}", level + 1).unwrap();
    }
    query.push_str("fragment f45 on Query{hello}");
    let reply = trial.post(&json!({"query": query})).await;
    assert_eq!((reply.status.as_u16(), code(&reply).as_str()), (400, "QUERY_TOO_COMPLEX"));
}
