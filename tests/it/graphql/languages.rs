//! Summaries in the reader's language, with what is kept and shared kept apart by it.

use crate::support::database::on_both_databases;
use crate::support::graphql::Graphql;
use crate::support::person::Person;
use crate::support::server::Server;
use crate::support::websocket::GraphqlSocket;
use fanfare_domain::event::Cursor;
use fanfare_domain::id::WorkspaceId;
use reqwest::{Method, header};
use serde_json::{Value, json};
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(30);
const SUMMARIES: &str = "subscription($after: String) {
    activity(kinds: [WORKSPACE_CREATED, POST_CREATED], after: $after) { kind summary } }";
const KINDS: &str = "subscription($after: String) {
    activity(kinds: [WORKSPACE_CREATED, POST_CREATED], after: $after) { kind } }";
const POST: &str = "mutation($input: CreatePostInput!) { createPost(input: $input) {
    post { id } userErrors { code path } } }";
const AUDIT: &str = "{ auditLog(first: 1, filter: { kinds: [POST_CREATED] }) { nodes { summary } } }";
const ENGLISH: &str = "The post \"Hello\" was created";
const KOREAN: &str = "게시물이 작성되었습니다: “Hello”";

/// A subscriber who has read what has happened so far.
async fn follow(who: &Graphql, document: &str, after: &str) -> GraphqlSocket {
    let mut socket = who.socket().await;
    socket.subscribe("1", document, json!({ "after": after })).await;
    let first = socket.next_data("1", LIMIT).await;
    assert_eq!(first["activity"]["kind"], "WORKSPACE_CREATED");
    socket
}

/// How many answers to events were run for all who share them.
async fn shared_answers(server: &Server) -> usize {
    let metrics = server.metrics().await;
    let count = |line: &str| line.strip_prefix("fanfare_event_answers_total{for=\"all\"} ")?.parse().ok();
    metrics.lines().find_map(count).unwrap_or(0)
}

async fn audited(who: &Graphql) -> Value {
    who.data(AUDIT, json!({})).await["auditLog"]["nodes"][0]["summary"].clone()
}

on_both_databases! {
    async fn readers_of_each_language_get_their_own_summary_and_share_what_has_no_text(db: Database) {
        let server = Server::start(&db).await;
        let owner = Person::register(&server).await.graphql;
        let korean = owner.with_header("Accept-Language", "ko-KR,ko;q=0.9,en;q=0.8");
        let own = owner.data("{ viewer { workspace { databaseId } } }", json!({})).await;
        let workspace_id = own["viewer"]["workspace"]["databaseId"].as_str().unwrap().parse().map(WorkspaceId).unwrap();
        let after = Cursor { workspace_id, seq: 0 }.encode();
        let mut readers = Vec::new();
        for (who, document, summary) in [
            (&owner, SUMMARIES, json!(ENGLISH)),
            (&korean, SUMMARIES, json!(KOREAN)),
            (&owner, SUMMARIES, json!(ENGLISH)),
            (&korean, SUMMARIES, json!(KOREAN)),
            (&owner, KINDS, Value::Null),
            (&korean, KINDS, Value::Null),
        ] {
            readers.push((follow(who, document, &after).await, summary));
        }
        let before = shared_answers(&server).await;
        owner.payload(POST, json!({ "input": { "content": "Hello" } })).await;
        for (reader, summary) in &mut readers {
            let event = reader.next_data("1", LIMIT).await["activity"].take();
            assert_eq!((&event["kind"], &event["summary"]), (&json!("POST_CREATED"), &*summary));
        }
        // One for each language, and one for those who select no text.
        assert_eq!(shared_answers(&server).await - before, 3);

        for (who, summary) in [(&owner, ENGLISH), (&korean, KOREAN), (&owner, ENGLISH)] {
            assert_eq!(audited(who).await, summary);
        }
        let mut tags = Vec::new();
        for (who, summary) in [(&owner, ENGLISH), (&korean, KOREAN)] {
            let response = who.request(Method::GET, "/graphql").query(&[("query", AUDIT)]).send().await.unwrap();
            let vary = response.headers()[header::VARY].to_str().unwrap().to_owned();
            assert!(vary.split(", ").any(|name| name == "accept-language"), "{vary}");
            tags.push(response.headers()[header::ETAG].clone());
            let answer: Value = response.json().await.unwrap();
            assert_eq!(answer["data"]["auditLog"]["nodes"][0]["summary"], summary);
        }
        assert_ne!(tags[0], tags[1]);
    }
}
