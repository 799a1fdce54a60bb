//! The newest events of a workspace, shared by its subscribers.

use super::happened::Happened;
use fanfare_domain::event::{Event, Seq};
use std::collections::VecDeque;
use std::sync::Arc;

/// Events kept for subscribers that are a little behind; the table has the others.
const KEPT: usize = 1_024;
/// Events handed out at once: a subscriber's own buffer.
const HANDED_OUT: usize = 64;

/// The end of a workspace's log, as far as it was read.
#[derive(Debug)]
pub(super) struct Tail {
    /// Without gaps, up to `last`.
    events: VecDeque<Arc<Happened>>,
    last: Seq,
    /// The last position at the previous [`Tail::trim`].
    last_at_trim: Seq,
}

/// What the tail knows of what follows a position.
#[derive(Debug)]
pub(super) enum Next {
    /// Nothing yet.
    Nothing,
    Events(Vec<Arc<Happened>>),
    /// No longer here: the table has it.
    InTable {
        last: Seq,
    },
}

impl Tail {
    /// Begins after a position.
    pub fn new(last: Seq) -> Self {
        Self { events: VecDeque::new(), last, last_at_trim: last }
    }

    /// The position up to which the log was read.
    pub fn last(&self) -> Seq {
        self.last
    }

    /// Adds what was read after [`Tail::last`].
    pub fn extend(&mut self, events: impl IntoIterator<Item = Event>) {
        for event in events {
            self.last = event.seq;
            self.events.push_back(Arc::new(Happened::new(event)));
        }
        let surplus = self.events.len().saturating_sub(KEPT);
        self.events.drain(..surplus);
    }

    pub fn after(&self, position: Seq) -> Next {
        if position >= self.last {
            return Next::Nothing;
        }
        if self.events.front().is_none_or(|first| first.event().seq > position + 1) {
            return Next::InTable { last: self.last };
        }
        let start = self.events.partition_point(|happened| happened.event().seq <= position);
        Next::Events(self.events.range(start..).take(HANDED_OUT).cloned().collect())
    }

    /// Drops what was here at the previous call already: a quiet workspace holds no memory.
    pub fn trim(&mut self) {
        let old = self.events.partition_point(|happened| happened.event().seq <= self.last_at_trim);
        self.events.drain(..old);
        if self.events.is_empty() {
            self.events.shrink_to_fit();
        }
        self.last_at_trim = self.last;
    }
}
