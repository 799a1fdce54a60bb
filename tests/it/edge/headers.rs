//! Every kind of answer tells browsers not to guess, frame or run anything.

use crate::support::database::on_both_databases;
use crate::support::graphql::Graphql;
use crate::support::person::Person;
use crate::support::server::Server;
use fanfare_net::HttpClient;
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use serde_json::json;

const JSON: (&str, &str) = ("content-type", "application/json");

/// A request and the status of its answer.
struct Ask {
    method: Method,
    path: &'static str,
    headers: Vec<(&'static str, &'static str)>,
    body: &'static str,
    status: u16,
}

fn ask(
    method: Method,
    path: &'static str,
    headers: &[(&'static str, &'static str)],
    body: &'static str,
    status: u16,
) -> Ask {
    Ask { method, path, headers: headers.to_vec(), body, status }
}

fn all() -> Vec<Ask> {
    let (get, post) = (Method::GET, Method::POST);
    let html = ("accept", "text/html");
    vec![
        ask(post.clone(), "/graphql", &[JSON], r#"{"query":"{__typename}"}"#, 200),
        ask(post.clone(), "/graphql", &[JSON], r#"{"query":"{"}"#, 200),
        ask(
            post.clone(),
            "/graphql",
            &[JSON, ("accept", "application/graphql-response+json")],
            r#"{"query":"{"}"#,
            400,
        ),
        ask(post.clone(), "/graphql", &[JSON], "no JSON", 400),
        ask(post.clone(), "/graphql", &[("content-type", "text/plain")], "{}", 415),
        ask(Method::PUT, "/graphql", &[], "", 405),
        ask(
            get.clone(),
            "/graphql?query=%7Bviewer%7Buser%7Bid%7D%7D%7D",
            &[("authorization", "Bearer nonsense")],
            "",
            401,
        ),
        ask(get.clone(), "/graphql/stream?query=subscription%7Bnothing%7D", &[], "", 200),
        ask(get.clone(), "/graphql/ws", &[], "", 400),
        ask(get.clone(), "/api/sns/accounts", &[], "", 401),
        ask(get.clone(), "/api/sns/nowhere", &[], "", 404),
        ask(Method::DELETE, "/api/sns/accounts", &[], "", 405),
        ask(get.clone(), "/api/openapi.json", &[], "", 200),
        ask(post.clone(), "/api/auth/login", &[JSON], "{}", 400),
        ask(post, "/api/auth/register", &[("content-type", "text/plain")], "{}", 415),
        ask(get.clone(), "/api/auth/me", &[], "", 401),
        ask(get.clone(), "/api/auth/me/data", &[], "", 401),
        ask(get.clone(), "/media/ws/1/nothing.jpg", &[], "", 404),
        ask(get.clone(), "/exports/1?exp=1&sig=x", &[], "", 403),
        ask(get.clone(), "/health", &[], "", 200),
        ask(get.clone(), "/ready", &[], "", 200),
        ask(get.clone(), "/metrics", &[], "", 200),
        ask(get.clone(), "/", &[html], "", 200),
        ask(get.clone(), "/graphiql", &[html], "", 200),
        ask(get.clone(), "/assets/nothing.js", &[], "", 404),
        ask(get, "/api/sns/oauth/twitter/callback?error=access_denied&state=x", &[html], "", 302),
    ]
}

/// What is missing or too lax. `styles`: whether the page's editor writes styles of its own.
fn faults(headers: &HeaderMap, styles: bool) -> Vec<String> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut faults = Vec::new();
    for (name, wanted) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        if text(name) != wanted {
            faults.push(format!("{name}: {}", text(name)));
        }
    }
    // Pages of the web app name themselves to their own server.
    if !["no-referrer", "same-origin"].contains(&text("referrer-policy")) {
        faults.push(format!("referrer-policy: {}", text("referrer-policy")));
    }
    let whole = text("content-security-policy");
    let policy =
        if styles { whole.replace("style-src 'self' 'unsafe-inline'", "") } else { whole.to_owned() };
    if !policy.contains("default-src 'none'")
        || policy.contains("unsafe-inline")
        || policy.contains("unsafe-eval")
    {
        faults.push(format!("content-security-policy: {policy}"));
    }
    if !policy.contains("frame-ancestors 'none'") {
        faults.push(format!("may be framed: {policy}"));
    }
    if text("x-request-id").is_empty() {
        faults.push("no request id".to_owned());
    }
    if headers.contains_key("server") || headers.contains_key("x-powered-by") {
        faults.push("names what it is made of".to_owned());
    }
    faults
}

on_both_databases! {
    async fn every_kind_of_answer_carries_the_headers_that_close_a_browsers_doors(db: Database) {
        let server = Server::start(&db).await;
        let http = HttpClient::new().unwrap();
        let mut wrong = Vec::new();
        for ask in all() {
            let mut request = http.request(ask.method.clone(), server.url().join(ask.path).unwrap()).body(ask.body);
            for (name, value) in &ask.headers {
                request = request.header(*name, *value);
            }
            let answer = request.send().await.unwrap();
            let named = format!("{} {}", ask.method, ask.path);
            if answer.status().as_u16() != ask.status {
                wrong.push(format!("{named}: {} and not {}", answer.status(), ask.status));
            }
            wrong.extend(faults(answer.headers(), ask.path == "/graphiql").into_iter().map(|fault| format!("{named}: {fault}")));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    async fn what_is_somebodys_own_is_kept_by_no_cache_on_the_way(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let cached = async |graphql: &Graphql, method: Method, path: &str| {
            let mut request = graphql.request(method.clone(), path);
            if method == Method::POST {
                request = request.json(&json!({ "query": "{ viewer { user { email } } }" }));
            }
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK, "{path}");
            answer.headers()["cache-control"].to_str().unwrap().to_owned()
        };
        for (method, path) in [(Method::POST, "/graphql"), (Method::GET, "/api/auth/me"), (Method::GET, "/api/sns/posts")] {
            let kept = cached(&person.graphql, method, path).await;
            assert!(kept.contains("no-store") || kept.contains("private"), "{path}: {kept}");
        }
    }
}
