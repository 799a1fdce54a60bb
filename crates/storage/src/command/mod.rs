//! What commands take and give.

pub mod account_tokens;
pub mod claim;
pub mod erased;
pub mod idempotent;
pub mod measured;
pub mod outcome;
pub mod profile_update;
pub mod resting;
pub mod run_write;
pub mod session;
