//! Bytes that are no text are bad input wherever they stand, and no fault.

use crate::support::database::on_both_databases;
use crate::support::person::Person;
use crate::support::server::Server;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::fmt::Write as _;

async fn told(answer: Response, status: u16, what: &str) {
    let (found, text) = (answer.status().as_u16(), answer.text().await.unwrap());
    assert_eq!(found, status, "{what}: {text}");
    let body: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{what}: {error} in {text}"));
    assert!(text.contains("\"code\"") && body.is_object(), "{what}: {text}");
}

on_both_databases! {
    async fn what_is_no_utf_8_is_bad_input(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let bodies: [(&str, &[u8]); 4] = [
            ("/graphql", b"{\"query\":\"{\xff}\"}"),
            ("/graphql/stream", b"{\"query\":\"\xc3\x28\"}"),
            ("/api/sns/posts", b"{\"content\":\"\xe2\x82\"}"),
            ("/api/auth/login", b"{\"email\":\"\xff\",\"password\":\"x\"}"),
        ];
        for (path, body) in bodies {
            let request = person.graphql.request(Method::POST, path).header("content-type", "application/json");
            told(request.body(body).send().await.unwrap(), 400, path).await;
        }
        let document = person.graphql.request(Method::GET, "/graphql?query=%FF").send().await.unwrap();
        told(document, 200, "a document that is none, in the older media type").await;
        for (path, status) in [
            ("/api/sns/posts?status=%FF", 400),
            ("/api/sns/posts/%FF", 404),
            ("/api/sns/oauth/%FF/callback", 404),
            ("/assets/%FF", 404),
            ("/media/ws/1/%FF.jpg", 404),
            ("/exports/%FF?exp=1&sig=x", 404),
            ("/exports/1?exp=%FF&sig=%FF", 403),
        ] {
            told(person.graphql.request(Method::GET, path).send().await.unwrap(), status, path).await;
        }
    }

    async fn a_nul_is_bad_input_wherever_it_stands(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        // As an escape in the document, in a variable, and in the bodies of the other doors.
        let literal = r#"mutation { createPost(input: {content: "a\u0000b"}) { post { id } userErrors { code } } }"#;
        let with = "mutation($c: String!) { createPost(input: {content: $c}) { post { id } userErrors { code } } }";
        for (document, variables) in [(literal, json!({})), (with, json!({ "c": "a\0b" }))] {
            let answer = person.graphql.post(document, variables).await;
            let payload = &answer.data()["createPost"];
            assert_eq!(*payload, json!({ "post": null, "userErrors": [{ "code": "INVALID" }] }));
        }
        for (path, body) in [
            ("/api/sns/posts", json!({ "content": "a\0b" })),
            ("/api/auth/login", json!({ "email": "a\0b@example.com", "password": "x" })),
            ("/api/auth/login", json!({ "email": person.email, "password": "a\0b" })),
            ("/api/auth/register", json!({ "email": "n@example.com", "password": "a long enough one", "name": "a\0b" })),
            ("/api/auth/refresh", json!({ "refresh_token": "a\0b" })),
        ] {
            let answer = person.graphql.request(Method::POST, path).json(&body).send().await.unwrap();
            let status = answer.status().as_u16();
            assert!((400..500).contains(&status), "{path}: {status} {}", answer.text().await.unwrap());
        }
        assert_eq!(person.graphql.data("{ posts { totalCount } }", json!({})).await["posts"]["totalCount"], 0);
    }

    async fn an_operation_has_at_most_fifty_fields_at_its_root(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let fields = |count: usize| {
            (0..count).fold(String::new(), |mut fields, at| {
                let field = if at % 2 == 0 { "__typename" } else { "settings { timeZone }" };
                let _ = write!(fields, " a{at}: {field}");
                fields
            })
        };
        let within = person.graphql.post(&format!("{{{}}}", fields(50)), json!({})).await;
        assert!(within.body.get("errors").is_none(), "{:#}", within.body);
        let over = person.graphql.post(&format!("{{{}}}", fields(51)), json!({})).await;
        assert_eq!(over.body["errors"][0]["message"], "The operation has too many root fields: the limit is 50");
        // A fragment hides none of them.
        let hidden = format!("{{ ...all }} fragment all on Query {{{}}}", fields(51));
        let over = person.graphql.post(&hidden, json!({})).await;
        assert_eq!(over.body["errors"][0]["message"], "The operation has too many root fields: the limit is 50");
    }
}
