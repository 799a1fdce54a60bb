use super::TargetStatus as S;
use super::*;
use crate::event::ActivityKind as K;
use crate::event::NewEvent;
use crate::id::MediaId;
use serde_json::{Value, json};

fn kinds(events: &[NewEvent]) -> Vec<K> {
    events.iter().map(NewEvent::kind).collect()
}

fn stored(event: &NewEvent) -> Value {
    event.payload.to_json().unwrap()
}

#[test]
fn a_new_posts_events_name_the_ids_that_the_database_gave() {
    let mut post = PostAggregate::draft(&written(2, PublishMode::BestEffort), now());
    let after = post.audited(&[]);
    post.note(PostEventKind::Created, Value::Null, after.clone());
    post.publish(None).unwrap();
    post.conclude().unwrap();
    post.assign_ids(PostId(7), &[TargetId(11), TargetId(12)]);
    assert_eq!(jobs(&post), [("publish", 11), ("publish", 12)]);
    assert_eq!(
        post.changed_targets().map(|target| target.id).collect::<Vec<_>>(),
        [TargetId(11), TargetId(12)]
    );
    let events = post.take_events();
    assert_eq!(kinds(&events), [K::PostCreated, K::TargetPending, K::TargetPending, K::PostStatusChanged]);
    let created = json!({ "post_id": 7, "content": "Hello", "scheduled_at": null, "post_status": "pending" });
    assert_eq!(
        (stored(&events[0]), events[0].difference.as_ref().map(|it| &it.after)),
        (created, Some(&after))
    );
    let pending = json!({
        "post_id": 7, "content": "Hello", "target_id": 12, "account_id": 2, "account_name": "account 2",
        "platform": "instagram", "from": "draft", "to": "pending", "error": null, "external_id": null, "url": null,
        "attempts": 0, "next_attempt_at": null, "post_status": "pending",
    });
    assert_eq!(stored(&events[2]), pending);
    let subject = events[2].subject;
    assert_eq!(
        (subject.post_id, subject.target_id, subject.account_id),
        (Some(PostId(7)), Some(TargetId(12)), Some(AccountId(2)))
    );
    assert!(post.take_events().is_empty(), "each is taken once");
}

#[test]
fn every_event_of_a_change_has_the_status_that_the_post_has_after_it() {
    let mut post = best_effort(&[S::Publishing]);
    post.apply(TargetId(11), Outcome::Published { external_id: None, url: None }).unwrap();
    post.conclude().unwrap();
    let events = post.take_events();
    assert_eq!(kinds(&events), [K::TargetPublished, K::PostStatusChanged]);
    assert!(events.iter().all(|event| stored(event)["post_status"] == "published"));
    let payload = stored(&events[1]);
    assert_eq!((&payload["post_from"], &payload["post_to"]), (&json!("publishing"), &json!("published")));
}

#[test]
fn a_time_is_an_event_of_the_post_with_what_it_was_before() {
    let mut post = draft(1, PublishMode::BestEffort);
    post.publish(Some(later(1))).unwrap();
    post.conclude().unwrap();
    let events = post.take_events();
    assert_eq!(kinds(&events), [K::PostScheduled, K::PostStatusChanged], "the target's state is the post's");
    assert_eq!(stored(&events[0])["scheduled_at"], later(1).to_string());
    let difference = events[0].difference.as_ref().unwrap();
    let time = |at: Option<Timestamp>| json!({ "scheduled_at": at.map(|at| at.to_string()) });
    assert_eq!((&difference.before, &difference.after), (&time(None), &time(Some(later(1)))));
}

#[test]
fn a_cancel_is_an_event_without_a_difference() {
    let mut post = best_effort(&[S::Scheduled]);
    post.cancel().unwrap();
    post.conclude().unwrap();
    let events = post.take_events();
    assert_eq!(kinds(&events), [K::PostCancelled, K::TargetCancelled, K::PostStatusChanged]);
    assert_eq!(events[0].difference, None);
}

#[test]
fn a_new_time_to_wait_for_is_shown_although_no_state_changed() {
    let mut post = best_effort(&[S::Pending]);
    post.touch(TargetId(11), |target| target.next_attempt_at = Some(later(1)));
    post.conclude().unwrap();
    let events = post.take_events();
    assert_eq!(kinds(&events), [K::TargetPending]);
    let shown = stored(&events[0]);
    assert_eq!((&shown["from"], &shown["to"]), (&json!("pending"), &json!("pending")));
    assert_eq!(shown["next_attempt_at"], later(1).to_string());
}

#[test]
fn an_event_shows_a_target_as_it_was_at_the_event() {
    let mut post = together(&[S::Publishing, S::Pending]);
    let failure = Outcome::Failed {
        code: TargetErrorCode::Rejected,
        message: "No.".to_owned(),
        step: None,
        counted: true,
    };
    post.apply(TargetId(11), failure).unwrap();
    post.conclude().unwrap();
    let events = post.take_events();
    assert_eq!(kinds(&events), [K::TargetFailed, K::TargetCancelled, K::PostStatusChanged]);
    assert_eq!(stored(&events[0])["error"], json!({ "code": "rejected", "message": "No." }));
    assert_eq!(stored(&events[1])["error"]["code"], "aborted");
}

#[test]
fn media_that_were_fetched_or_not_are_events_of_their_post() {
    let mut post = best_effort(&[S::Draft]);
    post.note_fetched(FetchedMedia {
        media_id: MediaId(5),
        media_url: "https://example.com/a.jpg".to_owned(),
        mime_type: "image/jpeg".to_owned(),
        size_bytes: 1_024,
        file_name: None,
    });
    post.note_not_fetched("https://example.com/b.jpg".to_owned(), "Gone.".to_owned());
    post.conclude().unwrap();
    let events = post.take_events();
    assert_eq!(kinds(&events), [K::MediaReady, K::MediaFailed]);
    assert_eq!((events[0].subject.post_id, events[0].subject.media_id), (Some(PostId(7)), Some(MediaId(5))));
    assert_eq!(stored(&events[1])["reason"], "Gone.");
}

#[test]
fn a_deletion_shows_what_was_written_and_quotes_its_beginning() {
    let mut post = draft(1, PublishMode::BestEffort);
    post.post.body.content = "é".repeat(200);
    let event = post.deleted(&[MediaId(5)]);
    assert_eq!(stored(&event), json!({ "post_id": 7, "content": "é".repeat(120) }));
    let difference = event.difference.unwrap();
    assert_eq!((&difference.before["media_ids"], &difference.after), (&json!([5]), &Value::Null));
    assert_eq!(difference.before["targets"][0]["account_id"], 1);
}
