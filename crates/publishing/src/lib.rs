//! The engine that takes due targets to the networks.
//!
//! [`Runner`] claims due jobs under a lease and gives each to a run: [`publication`] walks the steps of a client's
//! plan, [`deletion`] deletes. A step is committed to the ledger as `sent` before its call and settled after it, so
//! that a crash at any point leaves a row that says what may have happened; a step with a public effect is never sent
//! again before the network has been read back. [`InboxPoller`] and [`ReplyRunner`] do the same for what people say and
//! what is answered. The engine and the services meet only in tables.

mod before_sending;
mod breaker;
mod deletion;
mod engine;
mod expiry_warning;
mod failure;
mod guard;
mod housekeeping;
mod inbox;
mod ledger;
mod metrics_visit;
mod options;
mod publication;
mod runner;
mod tokens;
mod work;

pub use breaker::Breakers;
pub use engine::Engine;
pub use expiry_warning::warn_of_expiry;
pub use housekeeping::{measure_queue, sweep};
pub use inbox::{InboxPoller, ReplyRunner};
pub use metrics_visit::fetch_metrics;
pub use options::EngineOptions;
pub use runner::Runner;
pub use tokens::refresh_expiring;
