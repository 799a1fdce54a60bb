//! Entity tags of answers that are compressed on their way.

use crate::support::database::on_both_databases;
use crate::support::person::Person;
use crate::support::server::Server;
use reqwest::{Method, Response, StatusCode, header};
use serde_json::json;

const CREATE: &str = "mutation($input: CreateCampaignInput!) { createCampaign(input: $input) {
    campaign { id } userErrors { code path } } }";
const GRAPHQL: &str = "/graphql?query=%7Bcampaigns%7Bnodes%7Bname%20description%7D%7D%7D";
const REST: &str = "/api/sns/campaigns";

async fn ask(person: &Person, path: &str, coding: &str, known: Option<&str>) -> Response {
    let request = person.graphql.request(Method::GET, path).header(header::ACCEPT_ENCODING, coding);
    let request = match known {
        Some(tag) => request.header(header::IF_NONE_MATCH, tag),
        None => request,
    };
    request.send().await.unwrap()
}

fn tag(response: &Response) -> String {
    response.headers()[header::ETAG].to_str().unwrap().to_owned()
}

on_both_databases! {
    async fn a_tag_is_strong_for_one_sequence_of_bytes_only_and_either_form_is_known(db: Database) {
        let server = Server::on(&db).roles("api").start().await;
        let person = Person::register(&server).await;
        let input = json!({ "name": "Spring", "startDate": "2026-03-01", "endDate": "2026-03-31",
            "description": "Words that a compression makes shorter, words that it makes shorter." });
        person.graphql.payload(CREATE, json!({ "input": input })).await;
        for path in [GRAPHQL, REST] {
            let mut tags = Vec::new();
            for coding in ["identity", "gzip", "br"] {
                let answer = ask(&person, path, coding, None).await;
                let sent = answer.headers().get(header::CONTENT_ENCODING).map_or("identity", |it| it.to_str().unwrap());
                assert_eq!((answer.status(), sent), (StatusCode::OK, coding), "{path}");
                let is_strong = path == REST && coding == "identity";
                assert_eq!(!tag(&answer).starts_with("W/"), is_strong, "{path} in {coding}: {}", tag(&answer));
                tags.push(tag(&answer));
            }
            assert_eq!(tags[1], tags[2], "{path}");
            assert_eq!(tags[0].trim_start_matches("W/"), tags[1].trim_start_matches("W/"), "{path}");
            for known in &tags {
                for coding in ["identity", "gzip", "br"] {
                    let again = ask(&person, path, coding, Some(known)).await;
                    assert_eq!((again.status(), &tag(&again)), (StatusCode::NOT_MODIFIED, known), "{path} in {coding}");
                    assert_eq!(again.text().await.unwrap(), "");
                }
            }
            let other = ask(&person, path, "gzip", Some("\"another\"")).await;
            assert_eq!(other.status(), StatusCode::OK, "{path}");
        }
    }
}
