//! A PostgreSQL whose clock is set while a call is under way.

use crate::publishing::stage::{LIMIT, Stage};
use crate::support::database::Database;
use crate::support::server::{Server, Settings};
use crate::support::sql::{execute, lines};
use crate::support::waiting::eventually;
use serde_json::json;

const SECRET: &str = "a secret that all nodes of a test share";
const KEY: &str = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// Functions that PostgreSQL finds before its own: a clock that a test sets.
const CLOCK: &str = "
    create table test_clock (ahead interval not null);
    insert into test_clock values ('0 s');
    create function public.clock_timestamp() returns timestamptz language sql volatile
        as 'select pg_catalog.clock_timestamp() + ahead from public.test_clock';
    create function public.now() returns timestamptz language sql stable
        as 'select pg_catalog.now() + ahead from public.test_clock';
    do $$ begin
        execute format('alter database %I set search_path = public, pg_catalog', current_database());
    end $$";

fn shared(settings: Settings) -> Settings {
    settings.set("JWT_SECRET", SECRET).set("ENCRYPTION_KEY", KEY).set("FANFARE_LEASE_SECONDS", "2")
}

async fn worker(db: &Database, stage: &Stage, name: &str) -> Server {
    let data = db.folder().join(name).display().to_string();
    let settings = Server::on(db).simulator(&stage.simulator).set("FANFARE_DATA", &data).roles("worker");
    shared(settings).start().await
}

/// When the lease of the job ends that is at work.
async fn lease_end(db: &Database) -> Vec<String> {
    lines(db, "select lease_until::text as line from jobs where state = 'running'").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_clock_that_is_set_forward_again_and_again_takes_no_call_from_a_living_node() {
    let db = Database::postgres().await;
    execute(&db, CLOCK).await;
    let stage = Stage::set_with(&db, |settings| shared(settings).roles("api")).await;
    let account = stage.connect("TWITTER", "ann").await;
    let _workers = (worker(&db, &stage, "first").await, worker(&db, &stage, "second").await);
    // The call takes twice as long as a lease.
    let fault = json!({ "platform": "twitter", "step": "publish", "kind": "latency", "latency_ms": 4_000 });
    stage.fault(fault).await;
    let input = json!({ "content": "by a wrong clock", "accountIds": [account], "publishNow": true });
    let id = stage.create(input).await;
    eventually(LIMIT, "the call arrives", async || {
        (stage.received("twitter", "publish").await > 0).then_some(())
    })
    .await;
    // Whenever the lease was extended, it seems to have ended again.
    for minutes in 1..=4 {
        let before = lease_end(&db).await;
        if before.is_empty() {
            // On a slow machine the call has ended meanwhile.
            assert!(minutes > 1, "it is under way");
            break;
        }
        execute(&db, &format!("update test_clock set ahead = '{minutes} min'")).await;
        eventually(LIMIT, "the lease is extended", async || (lease_end(&db).await != before).then_some(()))
            .await;
    }
    stage.post_with_status(&id, "PUBLISHED").await;
    assert_eq!(lines(&db, "select lease_token::text as line from jobs").await, ["1"], "claimed once");
    let there = stage.on_networks("by a wrong clock").await;
    assert_eq!(there.len(), 1, "{there:#?}");
}
