//! What is no part of an upload is refused before it is read.

use crate::support::database::on_both_databases;
use crate::support::person::Person;
use crate::support::raw::{Raw, part, post_form};
use crate::support::rest::Rest;
use crate::support::server::Server;
use reqwest::multipart::{Form, Part};
use reqwest::{Method, StatusCode};
use serde_json::json;

const UPLOADS: [&str; 2] = ["/api/sns/media", "/api/sns/media/upload"];
const KEY: &str = "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret userErrors { message code path } } }";
/// Bytes that are declared and never sent.
const DECLARED: u64 = 10 << 20;

on_both_databases! {
    async fn a_part_that_is_not_of_an_upload_is_refused_as_it_begins(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let token = format!("authorization: Bearer {}\r\n", person.access_token);
        for path in UPLOADS {
            let begun = post_form(path, &token, DECLARED, &part("notes", ""));
            assert_eq!(Raw::saying(&server, &begun).await.status().await, Some(400), "{path}");
            let text = format!("{}a picture\r\n", part("alt_text", ""));
            let twice = post_form(path, &token, DECLARED, &format!("{text}{}", part("alt_text", "")));
            assert_eq!(Raw::saying(&server, &twice).await.status().await, Some(400), "{path}");
        }
        let sample = server.graphql().request(Method::GET, "/simulator/sample.jpg").send().await.unwrap();
        let sample = sample.bytes().await.unwrap().to_vec();
        let file = || Part::bytes(sample.clone()).file_name("sample.jpg").mime_str("image/jpeg").unwrap();
        let rest = Rest::of(&person.graphql);
        let two = Form::new().part("file", file()).part("file", file());
        let (code, fields) = rest.call("uploadMedia").form(two).refused(400).await;
        assert_eq!((code.as_str(), fields), ("INVALID", json!({ "file": "Send one part of this name." })));
        let unknown = Form::new().text("notes", "x").part("file", file());
        let (code, fields) = rest.call("uploadMedia").form(unknown).refused(400).await;
        assert_eq!((code.as_str(), fields), ("INVALID", json!({ "notes": "There is no such field." })));
        let one = Form::new().text("alt_text", "A sample").part("file", file());
        rest.call("uploadMedia").form(one).body_of(201).await;
    }

    async fn who_may_not_upload_is_refused_before_the_file_is_sent(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let made = person.graphql.payload(KEY, json!({ "input": { "name": "reader", "scopes": ["READ"] } })).await;
        let key = format!("authorization: Bearer {}\r\n", made["secret"].as_str().unwrap());
        let other = Person::register(&server).await;
        let elsewhere =
            format!("authorization: Bearer {}\r\nx-workspace-id: {}\r\n", other.access_token, person.workspace["id"]);
        for path in UPLOADS {
            let begun = |headers: &str| post_form(path, headers, DECLARED, "");
            assert_eq!(Raw::saying(&server, &begun(&key)).await.status().await, Some(403), "{path}");
            assert_eq!(Raw::saying(&server, &begun(&elsewhere)).await.status().await, Some(404), "{path}");
            assert_eq!(Raw::saying(&server, &begun("")).await.status().await, Some(401), "{path}");
        }
        let listed = Rest::of(&person.graphql).call("listMedia").send().await;
        assert_eq!((listed.status, &listed.body["total"]), (StatusCode::OK, &json!(0)));
    }
}
