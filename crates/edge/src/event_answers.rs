//! Answers to events, each written once for all subscribers who select the same.

use axum::body::Bytes;
use fanfare_services::event::Happened;
use fanfare_services::whole_answer::Known;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::OnceCell;

/// Selections of one event whose answers are kept. Those who select something else have it run for themselves.
const MOST_SELECTIONS: usize = 64;
/// What all kept answers of a server may take, in bytes.
const MOST_BYTES: usize = 16 << 20;
/// What the place of an answer takes, also where everyone has one of their own; measured generously.
const BYTES_PER_ANSWER: usize = 512;

/// By the id of what shows the event.
#[derive(Default)]
struct Answers(Mutex<HashMap<[u8; 32], Arc<Answer>>>);

struct Answer {
    /// `None` within: everyone has one of their own.
    written: OnceCell<Option<Kept>>,
    _room: Room,
}

struct Kept {
    known: Arc<Known>,
    _room: Room,
}

/// What the answers to all events of a server take. The answers are with the events, and go with them.
pub struct EventAnswers {
    held: Arc<AtomicUsize>,
    most: usize,
}

impl Default for EventAnswers {
    fn default() -> Self {
        Self { held: Arc::default(), most: MOST_BYTES }
    }
}

impl EventAnswers {
    /// The answer that is the same for everyone who has the event shown by `shown_by`. The first of them writes it, and
    /// the others wait for that. `None`: each has one of their own.
    pub async fn find_or_write(
        &self,
        happened: &Happened,
        shown_by: &[u8; 32],
        write: impl Future<Output = Option<Known>>,
    ) -> Option<Arc<Known>> {
        let answer = self.find(happened, shown_by)?;
        let kept = answer.written.get_or_init(|| async move { self.keep(&write.await?) }).await;
        kept.as_ref().map(|kept| Arc::clone(&kept.known))
    }

    /// The place of an answer; `None`: the event or the server has no room for one more.
    fn find(&self, happened: &Happened, shown_by: &[u8; 32]) -> Option<Arc<Answer>> {
        let mut answers = happened.made::<Answers>()?.0.lock();
        if let Some(answer) = answers.get(shown_by) {
            return Some(Arc::clone(answer));
        }
        if answers.len() >= MOST_SELECTIONS {
            return None;
        }
        let answer = Arc::new(Answer { written: OnceCell::new(), _room: self.room(BYTES_PER_ANSWER)? });
        answers.insert(*shown_by, Arc::clone(&answer));
        Some(answer)
    }

    fn keep(&self, known: &Known) -> Option<Kept> {
        let room = self.room(known.data().len())?;
        // In just the room that they need: what they were written to has a kilobyte for an answer of some bytes.
        let data = Bytes::copy_from_slice(known.data());
        Some(Kept { known: Arc::new(Known::new(data)), _room: room })
    }

    fn room(&self, bytes: usize) -> Option<Room> {
        let held = self.held.fetch_add(bytes, Ordering::Relaxed) + bytes;
        // Given back where it is dropped, here too.
        let room = Room { held: Arc::clone(&self.held), bytes };
        (held <= self.most).then_some(room)
    }
}

/// The answer that [`EventAnswers::find_or_write`] finds, where it is written already.
pub fn known(happened: &Happened, shown_by: &[u8; 32]) -> Option<Arc<Known>> {
    let answers = happened.made::<Answers>()?.0.lock();
    let kept = answers.get(shown_by)?.written.get()?.as_ref()?;
    Some(Arc::clone(&kept.known))
}

/// Room for an answer, or for its place.
struct Room {
    held: Arc<AtomicUsize>,
    bytes: usize,
}

impl Drop for Room {
    fn drop(&mut self) {
        self.held.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fanfare_domain::clock::Timestamp;
    use fanfare_domain::event::{ActivityKind, Event, Subject};
    use fanfare_domain::id::WorkspaceId;
    use futures_util::FutureExt as _;
    use std::future::{pending, ready};

    fn event() -> Event {
        Event {
            workspace_id: WorkspaceId(1),
            seq: 1,
            kind: ActivityKind::PostCreated,
            subject: Subject::default(),
            actor: None,
            payload: None,
            json: serde_json::Value::Null,
            at: Timestamp::from_micros(0).unwrap(),
        }
    }

    fn happened() -> Happened {
        Happened::new(event())
    }

    async fn data(
        answers: &EventAnswers,
        happened: &Happened,
        shown_by: u8,
        data: &'static str,
    ) -> Option<Bytes> {
        let write = ready(Some(Known::new(Bytes::from_static(data.as_bytes()))));
        let found = answers.find_or_write(happened, &[shown_by; 32], write).await;
        found.map(|known| known.data().clone())
    }

    #[tokio::test]
    async fn an_answer_is_that_of_the_first_writer_of_its_selection_and_event() {
        let (answers, event, other) = (EventAnswers::default(), happened(), happened());
        for (event, shown_by, written, expected) in [
            (&event, 1, "first", "first"),
            (&event, 1, "second", "first"),
            (&event, 2, "other selection", "other selection"),
            (&other, 1, "other event", "other event"),
        ] {
            assert_eq!(data(&answers, event, shown_by, written).await.as_deref(), Some(expected.as_bytes()));
        }
    }

    #[tokio::test]
    async fn what_is_not_the_same_for_all_is_tried_once() {
        let (answers, event) = (EventAnswers::default(), happened());
        assert!(answers.find_or_write(&event, &[1; 32], ready(None)).await.is_none());
        assert!(data(&answers, &event, 1, "too late").await.is_none());
    }

    #[tokio::test]
    async fn of_an_event_that_one_subscriber_missed_no_answer_is_written_for_others() {
        let answers = EventAnswers::default();
        let missed = Happened::missed(event());
        assert!(data(&answers, &missed, 1, "for one").await.is_none());
        assert!(known(&missed, &[1; 32]).is_none());
        assert_eq!(answers.held.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn a_writer_that_has_gone_is_followed_by_the_next() {
        let (answers, event) = (EventAnswers::default(), happened());
        assert!(answers.find_or_write(&event, &[1; 32], pending()).now_or_never().is_none());
        assert!(known(&event, &[1; 32]).is_none());
        assert!(data(&answers, &event, 1, "next").await.is_some());
        assert!(known(&event, &[1; 32]).is_some());
    }

    #[tokio::test]
    async fn answers_are_kept_within_a_bound_and_go_with_their_event() {
        let answers = EventAnswers { most: 2 * (BYTES_PER_ANSWER + 1), ..EventAnswers::default() };
        let (event, other) = (happened(), happened());
        assert!(data(&answers, &event, 1, "a").await.is_some());
        assert!(data(&answers, &event, 2, "b").await.is_some());
        assert!(data(&answers, &other, 1, "c").await.is_none());
        drop(event);
        assert_eq!(answers.held.load(Ordering::Relaxed), 0);
        assert!(data(&answers, &happened(), 1, "c").await.is_some());
    }

    #[tokio::test]
    async fn what_was_tried_in_vain_takes_room_too() {
        let answers = EventAnswers { most: 2 * BYTES_PER_ANSWER + 1, ..EventAnswers::default() };
        let event = happened();
        for shown_by in 1..=2 {
            assert!(answers.find_or_write(&event, &[shown_by; 32], ready(None)).await.is_none());
        }
        let unwritten = answers.find_or_write(&event, &[3; 32], pending()).now_or_never();
        assert!(matches!(unwritten, Some(None)), "without room for its place, nothing is written");
        drop(event);
        assert_eq!(answers.held.load(Ordering::Relaxed), 0);
        assert!(data(&answers, &happened(), 3, "a").await.is_some());
    }

    #[test]
    fn an_answer_is_kept_in_just_the_room_that_it_needs() {
        let answers = EventAnswers::default();
        let mut written = Vec::with_capacity(1 << 10);
        written.push(b'1');
        let Kept { known, _room: room } = answers.keep(&Known::new(written.into())).unwrap();
        let data = known.data().clone();
        drop(known);
        assert_eq!((room.bytes, data.try_into_mut().unwrap().capacity()), (1, 1));
    }

    #[tokio::test]
    async fn an_event_keeps_so_many_selections_and_no_more() {
        let (answers, event) = (EventAnswers::default(), happened());
        for shown_by in 0..MOST_SELECTIONS {
            assert!(data(&answers, &event, u8::try_from(shown_by).unwrap(), "a").await.is_some());
        }
        assert!(data(&answers, &event, 255, "a").await.is_none());
        assert!(data(&answers, &event, 0, "b").await.is_some());
    }
}
