//! What a page of another site can make a browser send without asking first changes nothing, on any route.

use crate::support::database::on_both_databases;
use crate::support::person::Person;
use crate::support::rest::Rest;
use crate::support::server::Server;
use reqwest::Method;
use serde_json::json;

/// The content types of a "simple request" (Fetch standard, "CORS-safelisted request-header"), and none at all.
const SIMPLE: [Option<&str>; 5] = [
    None,
    Some("text/plain"),
    Some("text/plain;charset=utf-8"),
    Some("application/x-www-form-urlencoded"),
    Some("multipart/form-data; boundary=x"),
];

const GRAPHQL: &str = r#"{"query":"mutation { createPost(input: {content: \"forged\"}) { post { id } } }"}"#;

on_both_databases! {
    async fn a_body_that_a_browser_sends_unasked_is_refused_whatever_it_says(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let credentials = json!({ "email": person.email, "password": person.password, "name": "Forged" }).to_string();
        let refresh = json!({ "refresh_token": person.refresh_token }).to_string();
        for content_type in SIMPLE {
            for (path, body) in [
                ("/graphql", GRAPHQL),
                ("/graphql/stream", GRAPHQL),
                ("/api/sns/posts", r#"{"content":"forged"}"#),
                ("/api/sns/campaigns", r#"{"name":"forged","start_date":"2026-01-01","end_date":"2026-02-01"}"#),
                ("/api/sns/accounts", r#"{"platform":"twitter","account_name":"forged"}"#),
                ("/api/auth/register", credentials.as_str()),
                ("/api/auth/login", credentials.as_str()),
                ("/api/auth/refresh", refresh.as_str()),
            ] {
                let mut request = person.graphql.request(Method::POST, path).body(body.to_owned());
                if let Some(content_type) = content_type {
                    request = request.header("content-type", content_type);
                }
                let answer = request.send().await.unwrap();
                let status = answer.status().as_u16();
                // The token of the request is no help to a forger, who has none; a multipart body is read for who has one.
                let refused = [400, 403, 415].contains(&status);
                assert!(refused, "{path} as {content_type:?}: {status} {}", answer.text().await.unwrap());
            }
        }
        let rest = Rest::of(&person.graphql);
        for list in ["listPosts", "listCampaigns", "listAccounts"] {
            assert_eq!(rest.call(list).body_of(200).await["total"], 0, "{list}");
        }
        // The refresh token was not used up.
        let still = json!({ "refresh_token": person.refresh_token });
        let answer = server.graphql().request(Method::POST, "/api/auth/refresh").json(&still).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200);
    }
}
