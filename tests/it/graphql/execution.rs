//! Execution by the specification: what is selected twice runs once, what fails is null where it may be, and an answer's
//! keys follow the selection.

use super::posts::CREATE;
use crate::support::database::on_both_databases;
use crate::support::graphql::Graphql;
use crate::support::person::Person;
use crate::support::server::Server;
use fanfare_domain::event::Cursor;
use fanfare_domain::id::WorkspaceId;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(20);

/// One field, half of it in each fragment.
const TWICE: &str = "mutation($input: CreatePostInput!) { ...A ...B }
    fragment A on Mutation { createPost(input: $input) { post { id } } }
    fragment B on Mutation { createPost(input: $input) { userErrors { code } post { content } } }";
const FOLLOW: &str = "subscription($after: String) { ...A ...B }
    fragment A on Subscription { activity(after: $after) { cursor } }
    fragment B on Subscription { activity(after: $after) { kind } }";
const UPDATE: &str = "mutation($id: ID!, $content: String, $title: String) {
    updatePost(input: { id: $id, content: $content, title: $title }) {
        post { content title } userErrors { code path } } }";

/// The text of an answer, in which keys have an order.
async fn text(graphql: &Graphql, query: &str) -> String {
    let request = graphql.request(Method::POST, "/graphql").json(&json!({ "query": query }));
    request.send().await.unwrap().text().await.unwrap()
}

async fn count(graphql: &Graphql) -> Value {
    graphql.data("{ posts { totalCount } }", json!({})).await["posts"]["totalCount"].clone()
}

/// The cursor before the first event of a person's workspace.
async fn beginning(person: &Person) -> String {
    let own = person.graphql.data("{ viewer { workspace { databaseId } } }", json!({})).await;
    let row = own["viewer"]["workspace"]["databaseId"].as_str().unwrap().parse().unwrap();
    Cursor { workspace_id: WorkspaceId(row), seq: 0 }.encode()
}

on_both_databases! {
    async fn a_field_that_is_selected_twice_runs_once(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let input = json!({ "content": "once", "accountIds": [] });
        let data = person.graphql.data(TWICE, json!({ "input": input })).await;
        assert_eq!(data["createPost"]["post"]["content"], "once");
        assert_eq!(data["createPost"]["userErrors"], json!([]));
        assert!(data["createPost"]["post"]["id"].is_string());
        assert_eq!(count(&person.graphql).await, 1);
    }

    async fn a_subscription_in_fragments_delivers_each_event_once(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let after = beginning(&person).await;
        let variables = json!({ "after": after });
        let mut socket = person.graphql.socket().await;
        socket.subscribe("1", FOLLOW, variables.clone()).await;
        let first = socket.next_data("1", LIMIT).await["activity"].take();
        let mut stream = person.graphql.stream(FOLLOW, variables).await;
        let streamed = stream.next(LIMIT).await.unwrap().json()["data"]["activity"].take();
        assert_eq!(first, streamed);
        assert!(first["cursor"].is_string() && first["kind"].is_string(), "{first:#}");
        // What comes next is another event, and not the rest of this one.
        let input = json!({ "content": "next", "accountIds": [] });
        person.graphql.payload(CREATE, json!({ "input": input })).await;
        let next = socket.next_data("1", LIMIT).await["activity"].take();
        assert_ne!(next["cursor"], first["cursor"]);
        assert!(next["kind"].is_string(), "{next:#}");
    }

    async fn what_fails_is_null_and_leaves_the_rest_in_the_order_of_the_selection(db: Database) {
        let server = Server::start(&db).await;
        let graphql = Person::register(&server).await.graphql;
        for (query, failed, data) in [
            ("{ post(id: \"zzz\") { id } viewer { user { id } } }", "post", r#""data":{"post":null,"viewer":{"user":{"id":"#),
            // It must not be null, so that nothing is left.
            ("{ posts(first: 500) { totalCount } viewer { user { id } } }", "posts", r#""data":null"#),
        ] {
            let answer = text(&graphql, query).await;
            let parsed: Value = serde_json::from_str(&answer).unwrap();
            assert_eq!(parsed["errors"][0]["path"], json!([failed]), "{answer}");
            assert_eq!(parsed["errors"][0]["locations"][0]["line"], 1, "{answer}");
            assert!(answer.contains(data), "{answer}");
        }
        let ordered = text(&graphql, "{ viewer { workspace { name id } user { email id } } __typename }").await;
        let places: Vec<usize> = ["workspace", "name", "user", "email", "__typename"]
            .iter()
            .map(|key| ordered.find(&format!("\"{key}\"")).unwrap())
            .collect();
        assert!(places.is_sorted(), "{ordered}");
    }

    async fn what_breaks_a_rule_is_refused_before_anything_is_stored(db: Database) {
        let server = Server::start(&db).await;
        let graphql = Person::register(&server).await.graphql;
        let create = |input: &str| format!("mutation {{ createPost(input: {{ {input} }}) {{ post {{ id }} }} }}");
        for query in [
            create("content: \"x\", content: \"y\", accountIds: []"),
            create("content: \"x\", accountIds: [], publishMode: \"BEST_EFFORT\""),
            "query($n: Int) { posts(first: $n) { totalCount } posts(last: $n) { totalCount } }".to_owned(),
            "query($id: ID) { post(id: $id) { id } }".to_owned(),
            "{ posts(first: 2147483648) { totalCount } }".to_owned(),
        ] {
            let answer = graphql.post(&query, json!({})).await;
            assert_eq!(answer.error_codes().first(), Some(&"GRAPHQL_VALIDATION_FAILED"), "{query}: {:#}", answer.body);
            assert!(answer.body.get("data").is_none() && answer.body["errors"][0]["locations"].is_array(), "{query}");
        }
        assert_eq!(count(&graphql).await, 0);
        let broken = graphql.post("{ posts { totalCount }", json!({})).await;
        assert_eq!(broken.error_codes(), ["GRAPHQL_PARSE_FAILED"]);
        let words = broken.body["errors"][0]["message"].as_str().unwrap();
        assert!(words.starts_with("Syntax error: ") && !words.contains("EOI") && !words.contains('_'), "{words}");
    }

    async fn escapes_beyond_the_basic_plane_are_characters(db: Database) {
        let server = Server::start(&db).await;
        let graphql = Person::register(&server).await.graphql;
        for escape in [r"\uD83D\uDE00", r"\u{1F600}"] {
            let query = format!(
                "mutation {{ createPost(input: {{ content: \"a {escape}\", accountIds: [] }}) {{ post {{ content }} }} }}"
            );
            assert_eq!(graphql.data(&query, json!({})).await["createPost"]["post"]["content"], "a 😀");
        }
    }

    async fn a_variable_without_a_value_changes_nothing(db: Database) {
        let server = Server::start(&db).await;
        let graphql = Person::register(&server).await.graphql;
        let input = json!({ "content": "first", "title": "kept", "accountIds": [] });
        let id = graphql.payload(CREATE, json!({ "input": input })).await["post"]["id"].clone();
        let updated = graphql.payload(UPDATE, json!({ "id": id, "content": "second" })).await;
        assert_eq!(updated["post"], json!({ "content": "second", "title": "kept" }));
        let updated = graphql.payload(UPDATE, json!({ "id": id, "title": null })).await;
        assert_eq!(updated["post"], json!({ "content": "second", "title": null }));
    }
}
