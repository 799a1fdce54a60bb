//! The queue of publications, their ledger and their outcomes.

pub mod claimed;
pub mod jobs;
pub mod ledger;
pub mod outcomes;
pub mod run_writes;
