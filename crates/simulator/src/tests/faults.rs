//! Every kind of fault, and who may order them.

use super::server::{Server, body};
use fanfare_domain::platform::Platform::{Twitter, Youtube};
use fanfare_net::{NetError, Reply};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Posts once under a fault; the outcome, and how many posts there are then.
async fn post_under(order: Value) -> (Result<Reply, NetError>, usize) {
    let server = Server::start().await;
    let token = server.access_token(Twitter, "ada").await;
    let mut fault = json!({ "platform": "twitter", "step": "publish" });
    let Value::Object(mut order) = order else { panic!("an order is an object") };
    fault.as_object_mut().unwrap().append(&mut order);
    server.fault(fault).await;
    let request = server.request(Method::POST, Twitter, "/2/tweets").bearer_auth(&token);
    let outcome = server.http.send(request.json(&json!({ "text": "once" })), Duration::from_secs(2)).await;
    assert_eq!(body(&server.control(Method::GET, "/faults", None).await), json!([]));
    let posts = server.report().await["accounts"][0]["posts"].as_array().unwrap().len();
    (outcome, posts)
}

fn status(outcome: &Result<Reply, NetError>) -> u16 {
    outcome.as_ref().unwrap().status.as_u16()
}

#[tokio::test]
async fn refusals_have_no_effect() {
    for (kind, code) in
        [("rate_limited", 429), ("server_error_before", 500), ("expired_token", 401), ("rejected", 403)]
    {
        let (outcome, posts) = post_under(json!({ "kind": kind, "retry_after_seconds": 7 })).await;
        assert_eq!((status(&outcome), posts), (code, 0), "{kind}");
    }
}

#[tokio::test]
async fn a_wait_is_told_in_the_networks_header() {
    let server = Server::start().await;
    let (x, google) = (server.access_token(Twitter, "a").await, server.access_token(Youtube, "a").await);
    let order = |platform: &str, step: &str| json!({ "platform": platform, "step": step, "kind": "rate_limited", "retry_after_seconds": 7 });
    server.fault(order("twitter", "publish")).await;
    server.fault(order("youtube", "profile")).await;
    let reply = server.tweet(&x, "now").await.unwrap();
    assert_eq!(reply.header("x-rate-limit-reset"), Some("1790000007"));
    let path = "/youtube/v3/channels?part=id&mine=true";
    let reply = server.send(server.request(Method::GET, Youtube, path).bearer_auth(google)).await;
    assert_eq!((reply.status.as_u16(), reply.header("retry-after")), (429, Some("7")));
}

#[tokio::test]
async fn an_error_after_the_effect_hides_a_post_that_is_there() {
    let (outcome, posts) = post_under(json!({ "kind": "server_error_after" })).await;
    assert_eq!((status(&outcome), posts), (500, 1));
    let (outcome, posts) = post_under(json!({ "kind": "malformed_json" })).await;
    assert_eq!((status(&outcome), posts), (200, 1));
    assert!(outcome.unwrap().json::<Value>().is_err());
}

#[tokio::test]
async fn a_reset_closes_the_connection_without_an_answer() {
    for (kind, left) in [("reset_before", 0), ("reset_after", 1)] {
        let (outcome, posts) = post_under(json!({ "kind": kind })).await;
        assert!(matches!(outcome, Err(NetError::AnswerLost(_))), "{kind}: {outcome:?}");
        assert_eq!(posts, left, "{kind}");
    }
}

#[tokio::test]
async fn a_hanging_call_is_given_up_by_its_client() {
    for (kind, left) in [("hang_before", 0), ("hang", 1)] {
        let (outcome, posts) = post_under(json!({ "kind": kind })).await;
        assert!(matches!(outcome, Err(NetError::AnswerLost(_))), "{kind}: {outcome:?}");
        assert_eq!(posts, left, "{kind}");
    }
}

#[tokio::test]
async fn a_proxys_page_comes_with_status_200_and_no_effect() {
    let (outcome, posts) = post_under(json!({ "kind": "html_200" })).await;
    assert_eq!((status(&outcome), posts), (200, 0));
    assert!(outcome.unwrap().header("content-type").unwrap().starts_with("text/html"));
}

#[tokio::test]
async fn a_late_or_dripping_answer_is_right_in_the_end() {
    for kind in ["latency", "drip"] {
        let started = Instant::now();
        let (outcome, posts) = post_under(json!({ "kind": kind, "latency_ms": 400 })).await;
        assert!(started.elapsed() >= Duration::from_millis(300), "{kind}");
        assert_eq!((status(&outcome), posts), (201, 1), "{kind}");
        assert!(outcome.unwrap().json::<Value>().unwrap()["data"]["id"].is_string());
    }
}

#[tokio::test]
async fn a_fault_lets_calls_pass_hits_as_often_as_ordered_and_only_its_account() {
    let server = Server::start().await;
    let (ada, grace) =
        (server.access_token(Twitter, "ada").await, server.access_token(Twitter, "grace").await);
    let order = json!({
        "platform": "twitter", "step": "publish", "kind": "rejected", "after": 1, "times": 2, "account": "ada",
    });
    server.fault(order).await;
    let mut seen = Vec::new();
    for number in 0..4 {
        seen.push(server.tweet(&ada, &format!("a{number}")).await.unwrap().status.as_u16());
        assert_eq!(server.tweet(&grace, &format!("g{number}")).await.unwrap().status, 201);
    }
    assert_eq!(seen, [201, 403, 403, 201]);
}

#[tokio::test]
async fn control_is_refused_behind_a_proxy_unless_the_token_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_in(folder.path(), Some("the-token")).await;
    let url = server.origin.join("/simulator/report").unwrap();
    let request = || server.http.request(Method::GET, url.clone()).header("x-forwarded-for", "203.0.113.9");
    assert_eq!(server.send(request()).await.status, 403);
    assert_eq!(server.send(request().bearer_auth("another")).await.status, 403);
    assert_eq!(server.send(request().bearer_auth("the-token")).await.status, 200);
}

#[tokio::test]
async fn a_caller_who_knows_the_simulator_by_another_name_comes_through_a_proxy() {
    let server = Server::start().await;
    let url = server.origin.join("/simulator/report").unwrap();
    let named = |host: &'static str| server.http.request(Method::GET, url.clone()).header("host", host);
    assert_eq!(server.send(named("localhost:8000")).await.status, 200);
    for host in ["fanfare.example.com", "localhost.example.com", "192.0.2.1:8000"] {
        assert_eq!(server.send(named(host)).await.status, 403, "{host}");
    }
}

#[tokio::test]
async fn an_order_that_makes_no_sense_is_refused() {
    let server = Server::start().await;
    for order in [
        json!({ "platform": "twitter", "step": "publish", "kind": "earthquake" }),
        json!({ "platform": "twitter", "step": "publish", "kind": "latency", "time": 3 }),
        json!({ "platform": "twitter", "step": "publish", "kind": "latency", "times": 0 }),
    ] {
        assert_eq!(server.control(Method::POST, "/faults", Some(order)).await.status, 422);
    }
}
