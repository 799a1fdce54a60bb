//! Leases that are watched: each is taken over as it was seen, and not once its holder has extended it.

use super::scene::{LEASE, Scene, job_request, look_request, now, reply_request};
use crate::support::database::on_both_databases;
use fanfare_domain::work::{Lapsed, Lease, Overdue, WorkKind};
use fanfare_storage::DbError;
use std::time::Duration;

/// Every lease, however short a while ago it was given or extended.
const ANY: Overdue = Overdue { lease_for: LEASE, silent_for: Duration::ZERO };

/// `taken_as_seen!(queue, lease, |lapsed| how many of these are taken)`.
macro_rules! taken_as_seen {
    ($queue:expr, $lease:expr, |$lapsed:ident| $retake:expr) => {{
        let (queue, lease) = ($queue, $lease);
        let fresh = Overdue { silent_for: LEASE / 3, ..ANY };
        assert!(queue.lapsed(fresh, 10, now()).await.unwrap().is_empty(), "it was given just now");
        let seen = queue.lapsed(ANY, 10, now()).await.unwrap();
        assert_eq!(seen.iter().map(|it| (it.id, it.token)).collect::<Vec<_>>(), [(lease.id, lease.token)]);
        queue.extend(lease, now(), LEASE).await.unwrap();
        let $lapsed = Lapsed::Seen(seen);
        assert_eq!($retake, 0, "its holder has extended it");
        let $lapsed = Lapsed::Seen(queue.lapsed(ANY, 10, now()).await.unwrap());
        assert_eq!($retake, 1, "its holder has not extended it since");
        let late = queue.extend(lease, now(), LEASE).await;
        assert!(matches!(late, Err(DbError::Fenced)), "{late:?}");
    }};
}

on_both_databases! {
    async fn a_lease_is_taken_over_as_it_was_seen_and_not_once_it_was_extended(db: Database) {
        let scene = Scene::set(&db).await;
        scene.replied().await;
        let replies = scene.db.reply_queue();
        let reply = replies.claim(reply_request(now())).await.unwrap().claimed.remove(0).lease;
        taken_as_seen!(replies, reply, |lapsed| replies.retake(lapsed, now()).await.unwrap());

        let looks = scene.db.inbox_looks();
        scene.set_time("inbox_marks", "look_at", now()).await;
        let look = looks.claim(look_request(now())).await.unwrap().claimed.remove(0).lease;
        taken_as_seen!(looks, look, |lapsed| looks.retake(lapsed).await.unwrap());

        scene.register_file("a file", Duration::ZERO).await;
        let files = scene.db.unowned_files();
        let file = files.claim(now(), 10, LEASE).await.unwrap().remove(0).lease;
        taken_as_seen!(files, file, |lapsed| files.retake(lapsed).await.unwrap());

        let (account, row) = scene.account("ann").await;
        let refreshes = scene.db.token_refreshes();
        scene.set_time("accounts", "refresh_at", now()).await;
        let refresh = refreshes.claim(10, LEASE, now()).await.unwrap().remove(0).lease;
        assert_eq!(refresh.id, row.id);
        taken_as_seen!(refreshes, refresh, |lapsed| refreshes.retake(lapsed).await.unwrap());

        scene.due_post(&account).await;
        let jobs = scene.db.jobs();
        let job = jobs.claim(job_request(now())).await.unwrap().claimed.remove(0).lease;
        taken_as_seen!(jobs, job, |lapsed| jobs.retake(lapsed, now()).await.unwrap().jobs);

        scene.with_a_fetch().await;
        let fetches = scene.db.media_fetches();
        let fetch = fetches.claim(now(), 10, LEASE).await.unwrap().remove(0).lease;
        taken_as_seen!(fetches, fetch, |lapsed| fetches.retake(lapsed).await.unwrap());
    }

    async fn a_lease_that_was_given_before_the_clock_was_set_back_is_watched(db: Database) {
        let scene = Scene::set(&db).await;
        let (account, _) = scene.account("ann").await;
        scene.due_post(&account).await;
        let (jobs, agenda) = (scene.db.jobs(), scene.db.agenda());
        let job = jobs.claim(job_request(now())).await.unwrap().claimed.remove(0).lease;
        let fresh = Overdue { silent_for: LEASE / 3, ..ANY };
        assert!(jobs.lapsed(fresh, 10, now()).await.unwrap().is_empty(), "it was given just now");
        let ends = now().plus(LEASE * 100);
        scene.set_time("jobs", "lease_until", ends).await;
        let seen = jobs.lapsed(fresh, 10, now()).await.unwrap();
        assert_eq!(seen, [Lease { until: ends, ..job }]);
        let look = agenda.look(now(), true).await.unwrap();
        let watched: Vec<_> = look
            .entries
            .iter()
            .filter(|entry| entry.last_lapses_at.is_some_and(|until| fresh.watches(until, look.now)))
            .map(|entry| entry.kind)
            .collect();
        assert_eq!(watched, [WorkKind::Publish]);
        assert_eq!(jobs.retake(Lapsed::Seen(seen), now()).await.unwrap().jobs, 1);
    }
}
