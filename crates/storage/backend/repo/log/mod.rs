//! The event log, and the audit that is read from it.

pub mod audit;
pub mod events;
