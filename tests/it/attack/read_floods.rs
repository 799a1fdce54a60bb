//! Whoever floods the server with expensive reads waits for themselves: other users' reads and publications go on.

use crate::publishing::stage::Stage;
use crate::support::database::on_both_databases;
use crate::support::graphql::GraphqlAnswer;
use crate::support::person::Person;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const SEARCH: &str =
    "query($text: String) { posts(first: 1, filter: { text: $text }) { totalCount nodes { id } } }";
const READ: &str = "{ posts(first: 5) { nodes { id content } } }";
/// Posts that a search goes through.
const POSTS: usize = 100;
/// Searches at the same time.
const FLOOD: usize = 24;
/// Reads of the other user.
const READS: usize = 30;

fn is_answered(answer: &GraphqlAnswer) -> bool {
    !answer.body["errors"].is_array()
}

/// A counter without labels.
fn counted(metrics: &str, name: &str) -> f64 {
    let line = metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.map_or(0.0, |number| number.trim().parse().unwrap())
}

on_both_databases! {
    async fn a_flood_of_searches_leaves_places_for_other_users_and_for_workers(db: Database) {
        let quiet = |it: crate::support::server::Settings| {
            it.set("FANFARE_CREATES_PER_MINUTE", "100000")
                .set("FANFARE_COST_PER_MINUTE", "100000000")
                .set("FANFARE_DB_POOL", "3")
                .without_read_cache()
        };
        let stage = Stage::set_with(&db, quiet).await;
        let other = Person::register(&stage.server).await;
        let account = stage.connect("TWITTER", "ann").await;
        for _ in 0..POSTS {
            stage.create(json!({ "content": "searched ".repeat(100) })).await;
        }
        let ended = Arc::new(AtomicBool::new(false));
        let flood = (0..FLOOD).map(|number| {
            let (graphql, ended) = (stage.person.graphql.clone(), Arc::clone(&ended));
            tokio::spawn(async move {
                while !ended.load(Ordering::Relaxed) {
                    graphql.post(SEARCH, json!({ "text": format!("nowhere {number}") })).await;
                }
            })
        });
        let flood: Vec<_> = flood.collect();
        // The other user's reads are answered, each of them; those of the flood may be told to come again.
        for _ in 0..READS {
            let answer = other.graphql.post(READ, json!({})).await;
            assert!(is_answered(&answer), "{}: {:#}", answer.status, answer.body);
        }
        let post = "mutation($input: CreatePostInput!) { createPost(input: $input) {
            post { id } userErrors { message code path } } }";
        let input = json!({ "content": "Through the flood", "accountIds": [account], "publishNow": true });
        let created = stage.person.graphql.post(post, json!({ "input": input })).await;
        ended.store(true, Ordering::Relaxed);
        for searching in flood {
            searching.await.unwrap();
        }
        let id = created.data()["createPost"]["post"]["id"].as_str().unwrap();
        stage.post_with_status(id, "PUBLISHED").await;
        let metrics = stage.server.metrics().await;
        assert!(counted(&metrics, "fanfare_db_share_waits_total") > 0.0, "{metrics}");
    }
}
