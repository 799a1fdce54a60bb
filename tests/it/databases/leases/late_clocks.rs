//! What a node puts off, when its clock is minutes behind the database's: PostgreSQL judges by its own time what is
//! due. On SQLite the node's clock is the only one.

use super::scene::{HOUR, LEASE, Scene, found, job_request, look_request, now, reply_request};
use crate::support::database::on_both_databases;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{ExportId, ImportId};
use fanfare_domain::inbox::ReplyState;
use fanfare_domain::platform::Platform;
use fanfare_domain::post::Outcome;
use fanfare_domain::work::Lease;
use fanfare_storage::command::account_tokens::{ClaimedRefresh, SealedTokens};
use fanfare_storage::command::claim::{Claim, ClaimRequest};
use fanfare_storage::command::measured::{Unmeasured, Visit, VisitEnd};
use fanfare_storage::command::resting::Resting;
use fanfare_storage::work::inbox::{ClaimedReply, Look, LookRequest, ReplyOutcome, ReplyRequest};
use fanfare_storage::work::media_fetch::{ClaimedFetch, FetchFailure};
use std::collections::BTreeMap;
use std::time::Duration;

const MINUTE: Duration = Duration::from_mins(1);

/// The time by a clock that is late.
fn late_clock() -> Timestamp {
    now().minus(MINUTE * 5)
}

/// What is put off until the node's present can be claimed by it at once; what is put off for a minute cannot.
async fn assert_waits<C>(
    clock: Timestamp,
    claim: &impl AsyncFn() -> Option<C>,
    mut put_off: impl AsyncFnMut(C, Timestamp),
) {
    let held = claim().await.expect("it is due");
    put_off(held, clock).await;
    let held = claim().await.expect("it had nothing to wait for");
    put_off(held, clock.plus(MINUTE)).await;
    assert!(claim().await.is_none(), "it was put off for a minute");
}

on_both_databases! {
    async fn a_publication_that_a_node_with_a_late_clock_puts_off_waits(db: Database) {
        let (scene, clock) = (Scene::set(&db).await, late_clock());
        let (account, _) = scene.account("ann").await;
        scene.due_post(&account).await;
        scene.set_time("jobs", "run_at", clock).await;
        let claim = async || scene.db.jobs().claim(job_request(clock)).await.unwrap().claimed.pop();
        let again = async |held: Claim, at: Timestamp| {
            let rows = scene.db.claimed().rows(vec![held.job]).await.unwrap();
            let outcome = Outcome::Again { at, counted: false, error: None };
            scene.db.outcomes().finish(held.lease, rows[0].post.id, None, outcome, clock).await.unwrap();
        };
        assert_waits(clock, &claim, again).await;
    }

    async fn a_visit_that_a_node_with_a_late_clock_puts_off_waits(db: Database) {
        let (scene, clock) = (Scene::set(&db).await, late_clock());
        let (_, account) = scene.account("ann").await;
        let queue = scene.db.metrics_queue();
        let new = Unmeasured { accounts: vec![(account.id, scene.workspace)], targets: Vec::new() };
        queue.enrol(new, clock, clock).await.unwrap();
        let ends: [fn(Timestamp) -> VisitEnd; 2] = [VisitEnd::Failed, VisitEnd::Wait];
        for end in ends {
            scene.set_time("account_metrics", "run_at", clock).await;
            let claim = async || queue.claim(10, LEASE, clock).await.unwrap().pop();
            let put_off = async |held: Visit, at: Timestamp| {
                queue.end_visit(held.lease, end(at), clock).await.unwrap();
            };
            assert_waits(clock, &claim, put_off).await;
        }
    }

    async fn a_look_that_a_node_with_a_late_clock_puts_off_waits(db: Database) {
        let (scene, clock) = (Scene::set(&db).await, late_clock());
        scene.watched().await;
        let queue = scene.db.inbox_looks();
        scene.set_time("inbox_marks", "look_at", clock).await;
        let claim = async || queue.claim(look_request(clock)).await.unwrap().claimed.pop();
        let failed = async |held: Look, at: Timestamp| {
            queue.failed(held.lease, "a fault".to_owned(), at, clock).await.unwrap();
        };
        assert_waits(clock, &claim, failed).await;
        scene.set_time("inbox_marks", "look_at", clock).await;
        let received = async |held: Look, at: Timestamp| {
            queue.receive(held.lease, held.account, found("a question", at), clock).await.unwrap();
        };
        assert_waits(clock, &claim, received).await;
    }

    async fn a_reply_that_a_node_with_a_late_clock_puts_off_waits(db: Database) {
        let (scene, clock) = (Scene::set(&db).await, late_clock());
        scene.replied().await;
        scene.set_time("inbox_replies", "run_at", clock).await;
        let queue = scene.db.reply_queue();
        let claim = async || queue.claim(reply_request(clock)).await.unwrap().claimed.pop();
        let again = async |held: ClaimedReply, at: Timestamp| {
            let error = "a fault".to_owned();
            let (state, counted) = (ReplyState::Queued, true);
            let (network_ended_at, duplicate) = (None, false);
            let outcome = ReplyOutcome::Again { state, at, counted, error, network_ended_at, duplicate };
            queue.finish(held.lease, outcome, clock).await.unwrap();
        };
        assert_waits(clock, &claim, again).await;
    }

    async fn a_fetch_that_a_node_with_a_late_clock_puts_off_waits(db: Database) {
        let (scene, clock) = (Scene::set(&db).await, late_clock());
        scene.with_a_fetch().await;
        let queue = scene.db.media_fetches();
        scene.set_time("media_fetches", "run_at", clock).await;
        let claim = async || queue.claim(clock, 10, LEASE).await.unwrap().pop();
        let failed = async |held: ClaimedFetch, at: Timestamp| {
            let failure = FetchFailure::Again { at, words: "a fault".to_owned() };
            queue.fail(held.fetch, held.lease, failure, clock).await.unwrap();
        };
        assert_waits(clock, &claim, failed).await;
        scene.set_time("media_fetches", "run_at", clock).await;
        let given_back = async |held: ClaimedFetch, at: Timestamp| {
            queue.give_back(held.lease, at, true, clock).await.unwrap();
        };
        assert_waits(clock, &claim, given_back).await;
    }

    async fn a_refresh_that_a_node_with_a_late_clock_puts_off_waits(db: Database) {
        let (scene, clock) = (Scene::set(&db).await, late_clock());
        scene.account("ann").await;
        let queue = scene.db.token_refreshes();
        scene.set_time("accounts", "refresh_at", clock).await;
        let claim = async || queue.claim(10, LEASE, clock).await.unwrap().pop();
        let given_back = async |held: ClaimedRefresh, at: Timestamp| {
            queue.give_back(held.lease, Some(at), clock).await.unwrap();
        };
        assert_waits(clock, &claim, given_back).await;
        scene.set_time("accounts", "refresh_at", clock).await;
        let held = claim().await.expect("it is due");
        let short = SealedTokens {
            access: "short-lived".to_owned(),
            refresh: Some("to refresh it".to_owned()),
            expires_at: Some(clock),
            refresh_expires_at: None,
        };
        queue.finish(held.lease, short, clock).await.unwrap();
        assert!(claim().await.is_none(), "a network that gives short tokens is not asked in a circle");
    }

    async fn parts_that_a_node_with_a_late_clock_puts_off_wait(db: Database) {
        let (scene, clock) = (Scene::set(&db).await, late_clock());
        scene.export().await;
        scene.set_time("exports", "run_at", clock).await;
        let exports = scene.db.exports();
        let claim = async || exports.claim(clock, LEASE).await.unwrap().0.map(|held| held.lease);
        let give_back = async |lease: Lease<ExportId>, at: Timestamp| {
            exports.give_back(lease, at, true, clock).await.unwrap();
        };
        assert_waits(clock, &claim, give_back).await;
        scene.import().await;
        scene.set_time("imports", "run_at", clock).await;
        let imports = scene.db.imports();
        let claim = async || imports.claim(clock, LEASE).await.unwrap().0.map(|held| held.lease);
        let give_back = async |lease: Lease<ImportId>, at: Timestamp| {
            imports.give_back(lease, at, true, clock).await.unwrap();
        };
        assert_waits(clock, &claim, give_back).await;
    }

    async fn a_network_rests_also_for_a_node_with_a_late_clock_and_no_longer_than_it_is_to(db: Database) {
        let (scene, clock) = (Scene::set(&db).await, late_clock());
        let account = scene.replied().await;
        scene.due_post(&account).await;
        let looks = async |resting: Resting| {
            let request = LookRequest { resting, ..look_request(clock) };
            scene.db.inbox_looks().claim(request).await.unwrap().claimed.len()
        };
        let replies = async |resting: Resting| {
            let request = ReplyRequest { resting, ..reply_request(clock) };
            scene.db.reply_queue().claim(request).await.unwrap().claimed.len()
        };
        let jobs = async |resting: Resting| {
            let request = ClaimRequest { resting, ..job_request(clock) };
            scene.db.jobs().claim(request).await.unwrap().claimed.len()
        };
        let all = async |resting: Resting| {
            [looks(resting.clone()).await, replies(resting.clone()).await, jobs(resting).await]
        };
        let rests = |wait: Duration| Resting {
            platforms: BTreeMap::from([(Platform::Twitter, wait)]),
            ..Resting::default()
        };
        let due = async || {
            for (table, column) in [("inbox_marks", "look_at"), ("inbox_replies", "run_at"), ("jobs", "run_at")] {
                scene.set_time(table, column, clock).await;
            }
        };
        due().await;
        assert_eq!(all(rests(HOUR)).await, [0, 0, 0], "the network rests");
        assert_eq!(all(Resting::default()).await, [0, 0, 0], "what it was asked for waits as long");
        due().await;
        assert_eq!(all(rests(Duration::ZERO)).await, [1, 1, 1], "its rest is over");
    }
}
