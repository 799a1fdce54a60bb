//! A path without anything says so, to programs and to people.

use crate::support::database::on_both_databases;
use crate::support::server::Server;
use reqwest::Method;
use serde_json::json;

const HTML: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

on_both_databases! {
    async fn a_path_without_anything_is_answered_in_the_form_that_the_caller_reads(db: Database) {
        let server = Server::start(&db).await;
        let ask = async |method: Method, path: &str, accept: &str| {
            let request = server.graphql().request(method, path).header("accept", accept);
            let answer = request.send().await.unwrap();
            let kind = answer.headers().get("content-type").map_or("", |kind| kind.to_str().unwrap()).to_owned();
            (answer.status().as_u16(), kind, answer.text().await.unwrap())
        };
        for path in ["/api", "/api/nowhere", "/api/auth/nowhere", "/api/sns/nowhere", "/nowhere", "/assets/nothing.js"] {
            for accept in [HTML, "*/*", "application/json"] {
                let (status, kind, text) = ask(Method::GET, path, accept).await;
                assert_eq!(status, 404, "{path}");
                let page = accept == HTML && path == "/nowhere" && kind.starts_with("text/html");
                let words: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
                assert!(page || words["code"] == "NOT_FOUND", "{path}, {accept}: {kind} {text}");
            }
        }
        let (status, _, text) = ask(Method::DELETE, "/accounts", "*/*").await;
        assert!(status == 405 && text.contains("METHOD_NOT_ALLOWED"), "{status} {text}");
        assert_eq!(ask(Method::GET, "/favicon.ico", "image/*").await.1, "image/x-icon");
        assert!(ask(Method::GET, "/robots.txt", "*/*").await.2.contains("Disallow"));
    }

    async fn a_browser_that_opens_graphql_is_led_to_the_editor_and_a_program_is_answered(db: Database) {
        let server = Server::start(&db).await;
        let ask = async |method: Method, path: &str, accept: &str| {
            let answer = server.graphql().request(method, path).header("accept", accept).send().await.unwrap();
            let target = answer.headers().get("location").map(|target| target.to_str().unwrap().to_owned());
            (answer.status().as_u16(), target)
        };
        for (path, target) in [
            ("/graphql", "/graphiql"),
            ("/graphql?query=%7B__typename%7D", "/graphiql?query=%7B__typename%7D"),
        ] {
            assert_eq!(ask(Method::GET, path, HTML).await, (303, Some(target.to_owned())), "{path}");
        }
        for accept in ["*/*", "application/json", "application/graphql-response+json", "application/json, text/html"] {
            assert_eq!(ask(Method::GET, "/graphql?query=%7B__typename%7D", accept).await, (200, None), "{accept}");
        }
        assert_eq!(ask(Method::POST, "/graphql", HTML).await.1, None);
        let led = server.graphql().request(Method::GET, "/graphql").header("accept", HTML).send().await.unwrap();
        let vary: Vec<_> = led.headers().get_all("vary").iter().map(|value| value.to_str().unwrap()).collect();
        assert!(vary.contains(&"accept"), "a program is answered otherwise: {vary:?}");
    }

    async fn every_route_of_the_openapi_document_is_served(db: Database) {
        let server = Server::start(&db).await;
        let ask = async |verb: &str, path: &str| {
            let method: Method = verb.to_uppercase().parse().unwrap();
            server.graphql().request(method, &format!("/api{path}")).send().await.unwrap()
        };
        let document = ask("get", "/openapi.json").await.text().await.unwrap();
        let document: serde_json::Value = serde_json::from_str(&document).unwrap();
        for (path, verbs) in document["paths"].as_object().unwrap() {
            let path = path.replace("{id}", "1").replace("{platform}", "twitter");
            for verb in verbs.as_object().unwrap().keys() {
                let answer = ask(verb, &path).await;
                let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
                let served = status != 405 && !text.contains("There is no such route.");
                assert!(served, "{verb} {path}: {status} {text}");
            }
        }
    }

    async fn a_slash_behind_a_path_means_the_path(db: Database) {
        let server = Server::start(&db).await;
        let graphql = server.graphql();
        for path in ["/graphql", "/health", "/ready", "/metrics", "/graphiql", "/api/openapi.json"] {
            let answer = graphql.request(Method::GET, &format!("{path}/?a=b")).send().await.unwrap();
            let target = answer.headers().get("location").map(|target| target.to_str().unwrap());
            assert_eq!((answer.status().as_u16(), target), (308, Some(format!("{path}?a=b").as_str())), "{path}");
        }
        for (path, accept) in [("/graphql/", "application/json"), ("/graphql/stream/", "text/event-stream")] {
            let asked = graphql.request(Method::POST, path).header("accept", accept);
            let answer = asked.json(&json!({ "query": "{ __typename }" })).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), 200, "{path}");
            assert!(answer.text().await.unwrap().contains("\"Query\""), "{path}");
        }
    }
}
