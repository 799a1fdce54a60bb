//! What is kept of the answers to events, and for how long.

use super::*;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{ActivityKind, Event, Subject};
use fanfare_domain::id::WorkspaceId;

fn happened() -> Happened {
    Happened::new(Event {
        workspace_id: WorkspaceId(1),
        seq: 1,
        kind: ActivityKind::PostCreated,
        subject: Subject::default(),
        actor: None,
        payload: None,
        json: serde_json::Value::Null,
        at: Timestamp::from_micros(0).unwrap(),
    })
}

fn begin(answers: &EventAnswers, happened: &Happened, shown_by: u8) -> Option<Attempt<SharedAnswer>> {
    let answers = answers.of(happened, &[shown_by; 32])?;
    match answers.turn(&answers.look()).0 {
        Turn::Make(attempt) => Some(attempt),
        Turn::Look | Turn::Wait | Turn::Alone => None,
    }
}

/// The answer for everyone: `data`, unless there is one already.
fn data(answers: &EventAnswers, happened: &Happened, shown_by: u8, data: &'static str) -> Option<Bytes> {
    if known(happened, &[shown_by; 32]).is_none() {
        let attempt = begin(answers, happened, shown_by)?;
        let written = Known::new(Bytes::from_static(data.as_bytes()));
        attempt.keep(Arc::new(answers.shared(Some(&written), None)?));
    }
    known(happened, &[shown_by; 32]).map(|known| known.data().clone())
}

#[test]
fn an_answer_is_that_of_the_first_writer_of_its_selection_and_event() {
    let (answers, event, other) = (EventAnswers::default(), happened(), happened());
    for (event, shown_by, written, expected) in [
        (&event, 1, "first", "first"),
        (&event, 1, "second", "first"),
        (&event, 2, "other selection", "other selection"),
        (&other, 1, "other event", "other event"),
    ] {
        assert_eq!(data(&answers, event, shown_by, written).as_deref(), Some(expected.as_bytes()));
    }
}

#[test]
fn what_is_not_the_same_for_all_is_tried_once() {
    let (answers, event) = (EventAnswers::default(), happened());
    begin(&answers, &event, 1).unwrap().leave_to_each();
    assert!(data(&answers, &event, 1, "too late").is_none());
}

#[test]
fn an_answer_that_relies_on_rights_is_not_taken_for_one_for_everyone() {
    let (answers, event) = (EventAnswers::default(), happened());
    let alike = Alike { about: Arc::from([]), is_versioned: true };
    let written = Known::new(Bytes::from_static(b"{}"));
    let basis = Basis { grounds: Grounds::default(), alike, begun: Instant::now() };
    let shared = answers.shared(Some(&written), Some(basis)).unwrap();
    assert!(shared.basis().is_some() && shared.answer().is_some());
    begin(&answers, &event, 1).unwrap().keep(Arc::new(shared));
    assert!(known(&event, &[1; 32]).is_none());
}

#[test]
fn that_nothing_is_shown_of_an_event_is_an_answer_too() {
    let shared = EventAnswers::default().shared(None, None).unwrap();
    assert!(shared.answer().is_none());
}

#[test]
fn a_writer_that_has_gone_is_followed_by_the_next() {
    let (answers, event) = (EventAnswers::default(), happened());
    drop(begin(&answers, &event, 1).unwrap());
    assert!(known(&event, &[1; 32]).is_none());
    assert!(data(&answers, &event, 1, "next").is_some());
    assert!(known(&event, &[1; 32]).is_some());
}

#[test]
fn answers_are_kept_within_a_bound_and_go_with_their_event() {
    let most = 2 * (BYTES_PER_SELECTION + BYTES_PER_ANSWER + 1);
    let answers = EventAnswers { most, ..EventAnswers::default() };
    let (event, other) = (happened(), happened());
    assert!(data(&answers, &event, 1, "a").is_some());
    assert!(data(&answers, &event, 2, "b").is_some());
    assert!(data(&answers, &other, 1, "c").is_none());
    drop(event);
    assert_eq!(answers.held.load(Ordering::Relaxed), 0);
    assert!(data(&answers, &happened(), 1, "c").is_some());
}

#[test]
fn what_was_tried_in_vain_takes_room_too() {
    let answers = EventAnswers { most: 2 * BYTES_PER_SELECTION + 1, ..EventAnswers::default() };
    let event = happened();
    for shown_by in 1..=2 {
        begin(&answers, &event, shown_by).unwrap().leave_to_each();
    }
    assert!(begin(&answers, &event, 3).is_none(), "without room for its place, nothing is written");
    drop(event);
    assert_eq!(answers.held.load(Ordering::Relaxed), 0);
    assert!(begin(&answers, &happened(), 3).is_some());
}

#[test]
fn an_answer_is_kept_in_just_the_room_that_it_needs() {
    let answers = EventAnswers::default();
    let mut written = Vec::with_capacity(1 << 10);
    written.push(b'1');
    let shared = answers.shared(Some(&Known::new(written.into())), None).unwrap();
    let SharedAnswer { known, _room: room, .. } = shared;
    let data = known.as_ref().unwrap().data().clone();
    drop(known);
    assert_eq!((room.bytes, data.try_into_mut().unwrap().capacity()), (BYTES_PER_ANSWER + 1, 1));
}

#[test]
fn an_event_keeps_so_many_selections_and_no_more() {
    let (answers, event) = (EventAnswers::default(), happened());
    for shown_by in 0..MOST_SELECTIONS {
        assert!(data(&answers, &event, u8::try_from(shown_by).unwrap(), "a").is_some());
    }
    assert!(data(&answers, &event, 255, "a").is_none());
    assert!(data(&answers, &event, 0, "b").is_some());
}
