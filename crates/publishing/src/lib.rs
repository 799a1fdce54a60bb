//! The engine that takes due targets to the networks, and brings back what happens there.
//!
//! What it does is leased work ([`fanfare_leased_work`]): publications and deletions (`jobs`), replies, looks at inboxes
//! (`inbox`), visits for numbers (`visits`), refreshes of tokens (`refreshes`). A job is given to a run: `publication`
//! walks the steps of a client's plan, `deletion` deletes. A step is committed to the ledger as `sent` before its call and
//! settled after it, so that a crash at any point leaves a row that says what may have happened; a step with a public
//! effect is never sent again before the network has been read back. Every call of a network is made by `calls`; what runs
//! write at the same time is committed `together`. The engine and the services meet only in tables.

#![expect(clippy::similar_names, reason = "a `new` row, an old `row` and the time `now`: the plain words")]

mod agenda;
mod at_work;
mod before_sending;
mod breaker;
mod calls;
mod crew;
mod deletion;
mod ending;
mod engine;
mod enrolment;
mod expiry_warning;
mod failure;
mod fault;
mod housekeeping;
mod inbox;
mod jobs;
mod ledger;
mod metrics_visit;
mod options;
mod publication;
mod refreshes;
mod rivals;
mod together;
mod tokens;
mod visits;
mod work;

pub use agenda::StoredAgenda;
pub use at_work::AtWork;
pub use breaker::{BreakerRules, Breakers};
pub use crew::start;
pub use engine::Engine;
pub use expiry_warning::warn_of_expiry;
pub use housekeeping::{fold_counts, sweep};
pub use options::EngineOptions;
pub use together::{StoredRuns, Together};
