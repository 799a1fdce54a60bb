use super::trial::{JSON, Trial, code};
use crate::{EdgeOptions, ServeOptions};
use reqwest::Method;
use serde_json::json;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

#[tokio::test(flavor = "multi_thread")]
async fn readiness_follows_what_it_checks() {
    let trial = Trial::start(EdgeOptions::default()).await;
    assert_eq!(trial.send(Method::GET, "/health", &[], "").await.status, 200);
    assert_eq!(trial.send(Method::GET, "/ready", &[], "").await.status, 200);
    trial.ready.store(false, Ordering::SeqCst);
    let reply = trial.send(Method::GET, "/ready", &[], "").await;
    assert_eq!((reply.status.as_u16(), reply.header("retry-after")), (503, Some("2")));
    assert_eq!(trial.send(Method::GET, "/health", &[], "").await.status, 200);
    assert_eq!(trial.send(Method::GET, "/metrics", &[], "").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_answered_in_json_with_a_request_id() {
    let trial = Trial::start(EdgeOptions::default()).await;
    let reply = trial.send(Method::GET, "/panic", &[("x-request-id", "bad id")], "").await;
    assert_eq!((reply.status.as_u16(), code(&reply).as_str()), (500, "INTERNAL"));
    assert_eq!(reply.header("x-request-id").map(str::len), Some(32));
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_listed_origins_may_read_across_sites() {
    let options =
        EdgeOptions { allowed_origins: vec!["https://app.example".into()], ..EdgeOptions::default() };
    let trial = Trial::start(options).await;
    for (origin, want) in
        [("https://app.example", Some("https://app.example")), ("https://evil.example", None)]
    {
        let body = json!({"query": "{hello}"}).to_string();
        let headers = [("content-type", JSON), ("origin", origin)];
        let reply = trial.send(Method::POST, "/graphql", &headers, &body).await;
        assert_eq!(reply.header("access-control-allow-origin"), want);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listed_origin_may_send_what_clients_add_and_read_what_the_server_adds() {
    let options =
        EdgeOptions { allowed_origins: vec!["https://app.example".into()], ..EdgeOptions::default() };
    let trial = Trial::start(options).await;
    let sent = "authorization,content-type,idempotency-key,x-workspace-id,apollographql-client-name,\
        apollographql-client-version,x-apollo-operation-name,apollo-require-preflight,traceparent,tracestate,baggage,\
        sentry-trace";
    let preflight = [
        ("origin", "https://app.example"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", sent),
    ];
    let names = |list: Option<&str>| -> Vec<String> {
        list.unwrap_or_default().split(',').map(|name| name.trim().to_ascii_lowercase()).collect()
    };
    let reply = trial.send(Method::OPTIONS, "/graphql", &preflight, "").await;
    let allowed = names(reply.header("access-control-allow-headers"));
    for name in sent.split(',') {
        assert!(allowed.contains(&name.to_owned()), "{name}: {allowed:?}");
    }
    let headers = [("content-type", JSON), ("origin", "https://app.example")];
    let reply = trial.send(Method::POST, "/graphql", &headers, r#"{"query":"{hello}"}"#).await;
    let exposed = names(reply.header("access-control-expose-headers"));
    for name in [
        "etag",
        "idempotency-replayed",
        "ratelimit-limit",
        "ratelimit-remaining",
        "ratelimit-reset",
        "retry-after",
        "x-fanfare-seq",
        "x-request-id",
    ] {
        assert!(exposed.contains(&name.to_owned()), "{name}: {exposed:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_finish_its_head_is_dropped() {
    let serving = ServeOptions { header_timeout: Duration::from_millis(200), ..ServeOptions::default() };
    let trial = Trial::start_serving(EdgeOptions::default(), serving).await;
    let mut stream = TcpStream::connect(trial.address).await.unwrap();
    stream.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n").await.unwrap();
    let mut rest = Vec::new();
    timeout(Duration::from_secs(5), stream.read_to_end(&mut rest)).await.expect("the server closes").ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_goes_on_is_not_kept_until_it_ends() {
    let trial = Trial::start(EdgeOptions::default()).await;
    let mut stream = TcpStream::connect(trial.address).await.unwrap();
    // No byte more than the server reads: what it left unread would reset the connection, and the answer with it.
    let mut unfinished = b"GET /health HTTP/1.1\r\nhost: x\r\nx-long: ".to_vec();
    unfinished.resize(ServeOptions::default().head_bytes, b'x');
    stream.write_all(&unfinished).await.unwrap();
    let mut start = [0; 12];
    let answer = timeout(Duration::from_secs(5), stream.read_exact(&mut start));
    answer.await.expect("no end is waited for").unwrap();
    assert_eq!(&start, b"HTTP/1.1 431");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_over_the_cap_is_told_so() {
    let serving =
        ServeOptions { connections: 1, silent_after: Duration::from_mins(1), ..ServeOptions::default() };
    let trial = Trial::start_serving(EdgeOptions::default(), serving).await;
    let mut first = TcpStream::connect(trial.address).await.unwrap();
    first.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    first.read_u8().await.unwrap();
    let mut second = TcpStream::connect(trial.address).await.unwrap();
    let mut answer = String::new();
    second.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_over_the_cap_of_its_address_is_told_so_until_another_is_closed() {
    let serving = ServeOptions {
        connections_per_address: 1,
        silent_after: Duration::from_mins(1),
        ..ServeOptions::default()
    };
    let trial = Trial::start_serving(EdgeOptions::default(), serving).await;
    let request = b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n";
    let mut first = TcpStream::connect(trial.address).await.unwrap();
    first.write_all(request).await.unwrap();
    first.read_u8().await.unwrap();
    let mut answer = String::new();
    TcpStream::connect(trial.address).await.unwrap().read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 429") && answer.contains("retry-after"), "{answer}");
    drop(first);
    let let_in = async {
        loop {
            let mut next = TcpStream::connect(trial.address).await.unwrap();
            let mut start = [0; 12];
            if next.write_all(request).await.is_ok()
                && next.read_exact(&mut start).await.is_ok()
                && start == *b"HTTP/1.1 200"
            {
                return;
            }
        }
    };
    timeout(Duration::from_secs(5), let_in).await.expect("the place is free again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_arrive_is_given_up_with_408() {
    let options = EdgeOptions { request_timeout: Duration::from_millis(200), ..EdgeOptions::default() };
    let trial = Trial::start(options).await;
    for path in ["/graphql", "/graphql/stream"] {
        let mut stream = TcpStream::connect(trial.address).await.unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{{"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut start = [0; 12];
        let answered = timeout(Duration::from_secs(5), stream.read_exact(&mut start)).await;
        answered.expect("the server answers").unwrap();
        assert_eq!(&start, b"HTTP/1.1 408", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mutation_outlives_its_connection() {
    let trial = Trial::start(EdgeOptions::default()).await;
    let body = json!({"query": "mutation{linger}"}).to_string();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(trial.address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    timeout(Duration::from_secs(5), trial.gate.begun.notified()).await.expect("the mutation began");
    drop(stream);
    trial.gate.open.notify_one();
    let bumped = async {
        while trial.bumped.0.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
    };
    timeout(Duration::from_secs(5), bumped).await.expect("the mutation ran");
}
