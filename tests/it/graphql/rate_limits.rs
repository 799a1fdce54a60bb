//! What operations cost, and that nobody may use more than their share of a minute.

use crate::support::database::{Database, on_both_databases};
use crate::support::graphql::{Graphql, GraphqlAnswer};
use crate::support::person::Person;
use crate::support::redis::RedisServer;
use crate::support::server::{Server, Settings};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;

/// Costs more than a thousandth of what the tests allow, and little work.
const LIST: &str = "{ posts(first: 50) { nodes { id } } }";
/// Of 1,000 points a minute, 17 come back in a second: far less than what is asked for meanwhile.
const ALLOWED: &str = "1000";
/// More than enough documents to use all of it.
const MOST: usize = 100;
const LIMIT: Duration = Duration::from_secs(20);

fn header(answer: &GraphqlAnswer, name: &str) -> u64 {
    let value = answer.headers.get(name).unwrap_or_else(|| panic!("no {name}: {:#}", answer.body));
    value.to_str().unwrap().parse().unwrap()
}

/// Asks until it is too much; answers the refusal and how many documents were answered before.
async fn exhaust(graphql: &Graphql) -> (GraphqlAnswer, usize) {
    for answered in 0..MOST {
        let answer = graphql.post(LIST, json!({})).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            return (answer, answered);
        }
        answer.data();
    }
    panic!("{MOST} documents were not too many");
}

async fn key(person: &Person) -> Graphql {
    let made = person
        .graphql
        .payload(
            "mutation { createApiKey(input: { name: \"a program\", scopes: [READ] }) {
                secret userErrors { message code path } } }",
            json!({}),
        )
        .await;
    person.graphql.with_token(made["secret"].as_str().unwrap())
}

on_both_databases! {
    async fn an_answer_tells_what_it_cost_and_what_is_left_of_the_minute(db: Database) {
        let server = Server::on(&db).set("FANFARE_COST_PER_MINUTE", ALLOWED).start().await;
        let person = Person::register(&server).await;
        let (first, second) =
            (person.graphql.post(LIST, json!({})).await, person.graphql.post(LIST, json!({})).await);
        let cost = &first.body["extensions"]["cost"];
        assert_eq!((&cost["perMinute"], header(&first, "ratelimit-limit")), (&json!(1000), 1000));
        assert_eq!(cost["left"], header(&first, "ratelimit-remaining"));
        let used = cost["used"].as_u64().unwrap();
        assert!(used > 50, "{cost}");
        assert_eq!(header(&first, "ratelimit-remaining"), 1000 - used);
        assert!((1..=60).contains(&header(&second, "ratelimit-reset")));
        assert!(header(&second, "ratelimit-remaining") < header(&first, "ratelimit-remaining"));
        let rest = person.graphql.request(Method::GET, "/api/sns/posts").send().await.unwrap();
        assert_eq!((rest.status(), &rest.headers()["ratelimit-limit"]), (StatusCode::OK, &"1000".parse().unwrap()));
    }

    async fn who_has_used_up_his_minute_is_refused_by_every_way_and_nobody_else_is(db: Database) {
        let server = Server::on(&db).set("FANFARE_COST_PER_MINUTE", ALLOWED).start().await;
        let (person, other) = (Person::register(&server).await, Person::register(&server).await);
        let program = key(&person).await;
        let (refusal, answered) = exhaust(&person.graphql).await;
        assert!(answered > 5, "{answered}");
        assert_eq!(refusal.error_codes(), ["RATE_LIMITED"]);
        let wait = refusal.body["errors"][0]["extensions"]["retryAfter"].as_u64().unwrap();
        assert!((1..=10).contains(&wait), "{wait}");
        assert_eq!(header(&refusal, "retry-after"), wait);
        assert_eq!((header(&refusal, "ratelimit-limit"), header(&refusal, "ratelimit-remaining")), (1000, 0));
        // Their key draws on the same budget, over a WebSocket too.
        assert_eq!(program.post(LIST, json!({})).await.status, StatusCode::TOO_MANY_REQUESTS);
        let mut socket = program.socket().await;
        socket.subscribe("1", LIST, json!({})).await;
        let said = socket.next(LIMIT).await;
        assert_eq!((&said["type"], &said["payload"][0]["extensions"]["code"]), (&json!("error"), &json!("RATE_LIMITED")));
        let rest = person.graphql.request(Method::GET, "/api/sns/posts?limit=100").send().await.unwrap();
        assert_eq!(rest.status(), StatusCode::TOO_MANY_REQUESTS);
        let body: Value = rest.json().await.unwrap();
        assert_eq!(body["code"], "RATE_LIMITED");
        other.graphql.data(LIST, json!({})).await;
    }

    async fn a_key_has_a_budget_of_its_own_within_its_persons(db: Database) {
        let server = Server::on(&db).set("FANFARE_KEY_COST_PER_MINUTE", ALLOWED).start().await;
        let person = Person::register(&server).await;
        let (one, two) = (key(&person).await, key(&person).await);
        exhaust(&one).await;
        two.data(LIST, json!({})).await;
        person.graphql.data(LIST, json!({})).await;
    }

    async fn whoever_is_not_signed_in_is_counted_by_address(db: Database) {
        let server = Server::on(&db).set("FANFARE_ADDRESS_COST_PER_MINUTE", "30").start().await;
        let person = Person::register(&server).await;
        let refused = async || {
            for _ in 0..MOST {
                let answer = server.graphql().post("{ viewer { user { id } } }", json!({})).await;
                if answer.status == StatusCode::TOO_MANY_REQUESTS {
                    return true;
                }
            }
            false
        };
        assert!(refused().await);
        person.graphql.data(LIST, json!({})).await;
    }
}

fn node(db: &Database, redis: &RedisServer) -> Settings {
    let settings = Server::on(db).roles("api").redis(&redis.url()).set("FANFARE_SIMULATOR", "off");
    settings.set("FANFARE_COST_PER_MINUTE", ALLOWED)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_count_together_and_each_for_itself_while_redis_is_gone() {
    let (db, mut redis) = (Database::postgres().await, RedisServer::start().await);
    let (one, two) = (node(&db, &redis).start().await, node(&db, &redis).start().await);
    let person = Person::register(&one).await;
    let there = person.graphql.at(two.url());
    exhaust(&person.graphql).await;
    assert_eq!(there.post(LIST, json!({})).await.status, StatusCode::TOO_MANY_REQUESTS);
    redis.process().kill9().await;
    // Nothing waits for it, nothing fails; the node's own count begins full.
    let (_, answered) = exhaust(&there).await;
    assert!(answered > 5, "{answered}");
}
