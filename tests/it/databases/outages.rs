//! A database that goes away, goes silent or has no room: requests are told so, and the server heals by itself.

use crate::publishing::stage::LIMIT;
use crate::support::database::Database;
use crate::support::graphql::{Graphql, GraphqlAnswer};
use crate::support::person::Person;
use crate::support::server::Server;
use crate::support::sql::lines;
use crate::support::tcp_proxy::TcpProxy;
use crate::support::waiting::eventually;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio_postgres::NoTls;
use url::Url;

const READ: &str = "{ viewer { user { email } } posts { totalCount } }";
const WRITE: &str = "mutation($input: CreatePostInput!) { createPost(input: $input) {
    post { id } userErrors { message code path } } }";
const TERMINATE: &str = "select pg_terminate_backend(pid)::text as line from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()";

fn codes(answer: &GraphqlAnswer) -> Vec<&str> {
    if answer.body["errors"].is_array() { answer.error_codes() } else { Vec::new() }
}

/// Nothing worse than that it may be tried again; answers whether there was nothing at all.
fn is_well(answer: &GraphqlAnswer) -> bool {
    let codes = codes(answer);
    assert!(codes.iter().all(|code| *code == "UNAVAILABLE"), "{}: {:#}", answer.status, answer.body);
    codes.is_empty()
}

async fn ask(graphql: &Graphql, turn: u32) -> GraphqlAnswer {
    match turn % 2 {
        0 => graphql.post(READ, json!({})).await,
        _ => graphql.post(WRITE, json!({ "input": { "content": "Through an outage" } })).await,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_answered_or_unavailable_while_postgres_ends_its_connections() {
    let db = Database::postgres().await;
    let settings = Server::on(&db).set("FANFARE_CREATES_PER_MINUTE", "100000").without_read_cache();
    let server = settings.start().await;
    let person = Person::register(&server).await;
    let callers = (0..8).map(|caller| {
        let graphql = person.graphql.clone();
        tokio::spawn(async move {
            for turn in 0..15 {
                is_well(&ask(&graphql, caller + turn).await);
            }
        })
    });
    let callers: Vec<_> = callers.collect();
    while callers.iter().any(|caller| !caller.is_finished()) {
        lines(&db, TERMINATE).await;
    }
    for caller in callers {
        caller.await.unwrap();
    }
    eventually(LIMIT, "both are answered again", async || {
        let answers = [ask(&person.graphql, 0).await, ask(&person.graphql, 1).await];
        answers.iter().all(is_well).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_heals_from_connections_that_went_silent() {
    let db = Database::postgres().await;
    let mut url = Url::parse(db.url()).unwrap();
    let target = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(5432));
    let proxy = TcpProxy::to(target).await;
    url.set_host(Some("127.0.0.1")).unwrap();
    url.set_port(Some(proxy.port())).unwrap();
    let settings = Server::on(&db)
        .set("DATABASE_URL", url.as_str())
        .set("FANFARE_DB_READ_SECONDS", "1")
        .set("FANFARE_DB_COMMAND_SECONDS", "1")
        .without_read_cache();
    let server = settings.start().await;
    let person = Person::register(&server).await;
    proxy.silence();
    eventually(LIMIT, "a read and a write are answered again", async || {
        let answers = [ask(&person.graphql, 0).await, ask(&person.graphql, 1).await];
        answers.iter().all(is_well).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stands_still_in_a_transaction_does_not_hold_up_the_others_until_they_give_up() {
    let db = Database::postgres().await;
    let settings = Server::on(&db).roles("api").set("FANFARE_CREATES_PER_MINUTE", "100000");
    let mut server = settings.start().await;
    let person = Person::register(&server).await;
    let (other, connection) = tokio_postgres::connect(db.url(), NoTls).await.unwrap();
    tokio::spawn(connection);
    // The server comes to the counter, stands still, and is given what it waited for.
    other.batch_execute("begin; update event_counters set last_seq = last_seq").await.unwrap();
    let graphql = person.graphql.clone();
    let stopped = tokio::spawn(async move { ask(&graphql, 1).await });
    eventually(LIMIT, "the command waits for the counter", async || {
        let waiting = "select pid::text as line from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'";
        (!lines(&db, waiting).await.is_empty()).then_some(())
    })
    .await;
    server.process().pause().await;
    other.batch_execute("rollback").await.unwrap();
    // Another node waits for at most 30 s by default.
    let next = "set statement_timeout = '25s'; update event_counters set last_seq = last_seq";
    other.batch_execute(next).await.unwrap();
    server.process().resume().await;
    assert!(!is_well(&stopped.await.unwrap()), "its transaction was undone");
    eventually(LIMIT, "the server goes on", async || is_well(&ask(&person.graphql, 1).await).then_some(()))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_to_callers_and_by_ready_and_reads_go_on() {
    let db = Database::sqlite().await;
    let settings = Server::on(&db).file_blocks(4096).set("FANFARE_CREATES_PER_MINUTE", "100000");
    let server = settings.start().await;
    let person = Person::register(&server).await;
    let input = json!({ "input": { "content": "x".repeat(4_000) } });
    let told: Value = eventually(LIMIT, "there is no room for the smallest write", async || {
        let answer = person.graphql.post(WRITE, input.clone()).await;
        if !is_well(&answer) {
            let words = answer.body["errors"][0]["message"].as_str().unwrap();
            assert!(words.contains("cannot store data"), "{words}");
        }
        let ready = server.graphql().request(Method::GET, "/ready").send().await.unwrap();
        let status = ready.status();
        let told: Value = ready.json().await.unwrap();
        (status == StatusCode::SERVICE_UNAVAILABLE).then_some(told)
    })
    .await;
    assert_eq!(told["checks"]["database"], "ok");
    assert!(told["checks"]["storage"].as_str().unwrap().contains("disk"), "{told:#}");
    assert!(is_well(&person.graphql.post(READ, json!({})).await));
}
