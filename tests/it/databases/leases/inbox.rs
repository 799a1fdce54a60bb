//! Looks at inboxes, and replies.

use super::scene::{HOUR, LEASE, Scene, assert_fenced, found, look_request, now, reply_request, taken_over};
use crate::inbox::scene::messages;
use crate::support::database::on_both_databases;
use fanfare_domain::inbox::ReplyState;
use fanfare_domain::work::Lapsed;
use fanfare_storage::work::inbox::ReplyOutcome;
use serde_json::json;

fn confirmed(remote_id: &str) -> ReplyOutcome {
    ReplyOutcome::Confirmed { remote_id: remote_id.to_owned(), url: None, evidence: json!({}) }
}

on_both_databases! {
    async fn a_look_that_outlives_its_lease_changes_nothing(db: Database) {
        let scene = Scene::set(&db).await;
        scene.watched().await;
        let queue = scene.db.inbox_looks();
        let claim = async || queue.claim(look_request(now())).await.unwrap().claimed.pop();
        let (late, held) = taken_over(claim, queue.retake(Lapsed::All)).await;
        let tables = ["inbox_marks", "inbox_messages", "inbox_replies", "events"];
        let before = scene.rows(&tables).await;
        let next = now().plus(HOUR);
        assert_fenced(&[
            queue.receive(late.lease, late.account.clone(), found("late", next), now()).await.map(drop),
            queue.failed(late.lease, "late".to_owned(), next, now()).await,
            queue.extend(late.lease, now(), LEASE).await,
        ]);
        assert_eq!(scene.rows(&tables).await, before);
        assert!(messages(&scene.stage, json!({})).await.is_empty());
        queue.extend(held.lease, now(), LEASE).await.unwrap();
        queue.receive(held.lease, held.account, found("in time", next), now()).await.unwrap();
        let inbox = messages(&scene.stage, json!({})).await;
        assert_eq!((inbox.len(), &inbox[0]["text"]), (1, &json!("in time")), "who holds it goes on");
    }

    async fn a_reply_that_outlives_its_lease_changes_nothing(db: Database) {
        let scene = Scene::set(&db).await;
        scene.replied().await;
        let queue = scene.db.reply_queue();
        let claim = async || queue.claim(reply_request(now())).await.unwrap().claimed.pop();
        let (late, held) = taken_over(claim, queue.retake(Lapsed::All, now())).await;
        let tables = ["inbox_replies", "inbox_messages", "events"];
        let before = scene.rows(&tables).await;
        let error = || "late".to_owned();
        let again = |state| ReplyOutcome::Again {
            state,
            at: now(),
            counted: true,
            error: error(),
            network_ended_at: Some(now()),
            duplicate: false,
        };
        let outcomes = [
            confirmed("late"),
            ReplyOutcome::Refused { error: error(), evidence: None },
            ReplyOutcome::Unclear { error: error() },
            again(ReplyState::Queued),
            // It also writes that its call has ended.
            again(ReplyState::Unknown),
        ];
        let mut late_writes = vec![
            queue.sent(late.lease, None, now(), LEASE).await,
            queue.extend(late.lease, now(), LEASE).await,
        ];
        for outcome in outcomes {
            late_writes.push(queue.finish(late.lease, outcome, now()).await.map(drop));
        }
        assert_fenced(&late_writes);
        assert_eq!(scene.rows(&tables).await, before);
        queue.sent(held.lease, None, now(), LEASE).await.unwrap();
        queue.extend(held.lease, now(), LEASE).await.unwrap();
        queue.finish(held.lease, confirmed("in time"), now()).await.unwrap();
        let message = messages(&scene.stage, json!({})).await.remove(0);
        assert_eq!((&message["status"], &message["reply"]["state"]), (&json!("REPLIED"), &json!("CONFIRMED")));
        assert_eq!(message["reply"]["remoteId"], "in time", "who holds it goes on");
    }

    async fn a_reply_whose_sender_was_lost_is_to_be_looked_for_before_it_is_sent_again(db: Database) {
        let scene = Scene::set(&db).await;
        scene.replied().await;
        let queue = scene.db.reply_queue();
        let lost = queue.claim(reply_request(now())).await.unwrap().claimed.remove(0);
        assert_eq!(lost.reply.state, ReplyState::Queued);
        queue.sent(lost.lease, None, now(), LEASE).await.unwrap();
        assert_eq!(queue.retake(Lapsed::All, now()).await.unwrap(), 1);
        let held = queue.claim(reply_request(now())).await.unwrap().claimed.remove(0);
        assert_eq!(held.reply.state, ReplyState::Unknown);
    }
}
