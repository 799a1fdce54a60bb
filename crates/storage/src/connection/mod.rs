//! How connections are pooled, counted, timed and put into transactions, and how a database is migrated.

pub(crate) mod call_times;
pub mod deadline;
pub mod migration;
pub mod pool;
pub mod room;
pub mod share;
pub mod statements;
pub mod transaction;
