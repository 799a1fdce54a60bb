//! Work that is done under leases.
//!
//! A kind of work is an implementation of [`Queue`]. A [`Worker`] claims what is due, as many pieces at a time as it has
//! slots, keeps each lease for as long as its piece is at work ([`Held`]), and writes the outcome under it. The work
//! of a dead process is taken over when its lease was found overdue and did not change for the length of a lease.
//! One [`Timetable`] asks for all kinds when the next piece is due, and wakes their workers: an idle server asks its
//! database next to nothing.

#![expect(clippy::similar_names, reason = "a `row` and the time `now`: the plain words")]

mod error;
mod heartbeat;
mod held;
mod queue;
mod terms;
mod timetable;
mod wake;
mod watch;
mod worker;

#[cfg(test)]
mod tests;

pub use error::{Unfinished, WorkError};
pub use fanfare_domain::work::{Lapsed, Lease, Look, LookEntry, Overdue, WorkKind};
pub use held::Held;
pub use queue::{Claim, Claims, GiveBack, Leased, Loaded, Queue, Settled};
pub use terms::LeaseTerms;
pub use timetable::{Agenda, Timetable};
pub use worker::{Worker, WorkerOptions};
