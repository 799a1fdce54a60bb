//! Answers to events, each written once for all subscribers who select the same and have the same rights.

mod attempts;

pub use attempts::{Attempt, Turn};

use super::answer::Answer;
use async_graphql::Response;
use attempts::Attempts;
use axum::body::Bytes;
use fanfare_services::event::Happened;
use fanfare_services::whole_answer::{Alike, Grounds, Known};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::time::Instant;

/// Selections of one event whose answers are kept. Those who select something else have it run for themselves.
const MOST_SELECTIONS: usize = 64;
/// What all kept answers of a server may take, in bytes.
const MOST_BYTES: usize = 16 << 20;
/// What the place of a selection's answers takes, also where everyone has one of their own; measured generously.
const BYTES_PER_SELECTION: usize = 512;
/// What an answer takes besides its data: most of it is what the answer relies on.
const BYTES_PER_ANSWER: usize = 512;

/// The answers to one event, by the id of what shows it.
#[derive(Default)]
struct Selections(Mutex<HashMap<[u8; 32], Selection>>);

struct Selection {
    answers: Attempts<SharedAnswer>,
    _room: Room,
}

/// An answer that others may have.
pub struct SharedAnswer {
    /// `None`: nothing is shown of the event.
    known: Option<Arc<Known>>,
    /// `None`: it is for everyone.
    basis: Option<Basis>,
    _room: Room,
}

/// What an answer that shows rows relies on.
pub struct Basis {
    pub grounds: Grounds,
    pub alike: Alike,
    /// When its run began: its rows are as new as that.
    pub begun: Instant,
}

impl SharedAnswer {
    /// What must hold for others to have the answer; `None`: nothing.
    pub fn basis(&self) -> Option<&Basis> {
        self.basis.as_ref()
    }

    /// `None`: nothing is shown of the event.
    pub fn answer(&self) -> Option<Answer> {
        let known = Arc::clone(self.known.as_ref()?);
        Some(Answer::known(known, Response::default()))
    }
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
    /// The answers to an event for those who have it shown by `shown_by`. `None`: the event or the server has no room for
    /// one more selection.
    pub fn of(&self, happened: &Happened, shown_by: &[u8; 32]) -> Option<Attempts<SharedAnswer>> {
        let mut selections = happened.made::<Selections>()?.0.lock();
        if let Some(selection) = selections.get(shown_by) {
            return Some(selection.answers.clone());
        }
        if selections.len() >= MOST_SELECTIONS {
            return None;
        }
        let answers = Attempts::default();
        let selection = Selection { answers: answers.clone(), _room: self.room(BYTES_PER_SELECTION)? };
        selections.insert(*shown_by, selection);
        Some(answers)
    }

    /// An answer for others, in room of its own; `None`: there is none.
    pub fn shared(&self, known: Option<&Known>, basis: Option<Basis>) -> Option<SharedAnswer> {
        let data = known.map(Known::data);
        let room = self.room(BYTES_PER_ANSWER + data.map_or(0, Bytes::len))?;
        // In just the room that they need: what they were written to has a kilobyte for an answer of some bytes.
        let known = data.map(|data| Arc::new(Known::new(Bytes::copy_from_slice(data))));
        Some(SharedAnswer { known, basis, _room: room })
    }

    fn room(&self, bytes: usize) -> Option<Room> {
        let held = self.held.fetch_add(bytes, Ordering::Relaxed) + bytes;
        // Given back where it is dropped, here too.
        let room = Room { held: Arc::clone(&self.held), bytes };
        (held <= self.most).then_some(room)
    }
}

/// The answer for everyone who has the event shown by `shown_by`, where it is there already.
pub fn known(happened: &Happened, shown_by: &[u8; 32]) -> Option<Arc<Known>> {
    let selections = happened.made::<Selections>()?.0.lock();
    let shared = selections.get(shown_by)?.answers.find(|shared| shared.basis.is_none())?;
    shared.known.clone()
}

/// Room for an answer, or for the place of a selection's answers.
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
mod tests;
