//! Somebody opens as many subscriptions as the server lets them hold.

use crate::support::database::on_both_databases;
use crate::support::person::Person;
use crate::support::server::Server;
use crate::support::waiting::eventually;
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(20);
const FOLLOW: &str = "subscription { activity { cursor } }";

async fn open(server: &Server) -> Option<u64> {
    let text = server.metrics().await;
    text.lines().find_map(|line| line.strip_prefix("fanfare_subscriptions "))?.parse().ok()
}

on_both_databases! {
    async fn a_user_and_the_server_hold_so_many_subscriptions_and_a_place_comes_back(db: Database) {
        let settings = Server::on(&db).set("FANFARE_MAX_SUBSCRIPTIONS_PER_USER", "3");
        let server = settings.set("FANFARE_MAX_SUBSCRIPTIONS", "4").start().await;
        let (greedy, other) = (Person::register(&server).await, Person::register(&server).await);
        let (mut first, mut second) = (greedy.graphql.socket().await, greedy.graphql.socket().await);
        first.subscribe("a", FOLLOW, json!({})).await;
        first.subscribe("b", FOLLOW, json!({})).await;
        let stream = greedy.graphql.stream(FOLLOW, json!({})).await;
        eventually(LIMIT, "three subscriptions", async || open(&server).await.filter(|open| *open == 3)).await;

        second.subscribe("c", FOLLOW, json!({})).await;
        let refused = second.next(LIMIT).await;
        assert_eq!((&refused["type"], &refused["id"]), (&json!("error"), &json!("c")), "{refused:#}");
        assert_eq!(refused["payload"][0]["extensions"]["code"], "RATE_LIMITED", "{refused:#}");
        let by_stream = async |person: &Person| {
            let request = person.graphql.request(Method::POST, "/graphql/stream");
            request.json(&json!({ "query": FOLLOW })).send().await.unwrap()
        };
        assert_eq!(by_stream(&greedy).await.status(), StatusCode::TOO_MANY_REQUESTS);

        // One that costs a point to start and much to hold.
        let long = format!("{FOLLOW} #{}", "x".repeat(20_000));
        let mut of_other = other.graphql.socket().await;
        of_other.subscribe("long", &long, json!({})).await;
        assert_eq!(of_other.next(LIMIT).await["payload"][0]["extensions"]["code"], "QUERY_TOO_COMPLEX");
        of_other.subscribe("a", FOLLOW, json!({})).await;
        eventually(LIMIT, "four subscriptions", async || open(&server).await.filter(|open| *open == 4)).await;
        let full = by_stream(&other).await;
        assert_eq!(full.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(full.headers().contains_key("retry-after"));

        // By a word, by the end of a stream, and by the end of a socket.
        first.complete("a").await;
        eventually(LIMIT, "three left", async || open(&server).await.filter(|open| *open == 3)).await;
        drop(stream);
        eventually(LIMIT, "two left", async || open(&server).await.filter(|open| *open == 2)).await;
        drop((first, of_other));
        eventually(LIMIT, "none left", async || open(&server).await.filter(|open| *open == 0)).await;
        second.subscribe("again", FOLLOW, json!({})).await;
        eventually(LIMIT, "one again", async || open(&server).await.filter(|open| *open == 1)).await;
    }
}
