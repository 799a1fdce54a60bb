//! All SQL. Repositories in `repo/` are written once and compiled for both databases, by [`pg`] and [`sqlite`].
//!
//! Every repository function takes the workspace it works in, so that no query can forget its tenant. The exceptions
//! are: finding the workspace of a row that a person names (`repo/ownership.rs`), claiming and settling jobs
//! (`repo/jobs.rs`, `repo/claimed.rs`), looks at inboxes (`repo/inbox_looks.rs`) and replies (`repo/reply_queue.rs`),
//! sign-in (`repo/people.rs`, `repo/api_keys.rs`), what a person is told of himself (`repo/personal_data.rs`) and his end
//! (`repo/erasure.rs`), OAuth states (`repo/oauth_states.rs`), the hub's look at all counters (`repo/events.rs`),
//! looking for numbers to fetch (`repo/metrics_queue.rs`) and for access that ends (`repo/expiry.rs`), claiming exports and
//! opening the one that a signed address names (`repo/exports.rs`), sealing all secrets anew (`repo/sealed.rs`,
//! `repo/sealing_servers.rs`), what a person signs in with (`repo/second_factors.rs`), and rate budgets (`repo/budgets.rs`).
//! opening the one that a signed address names (`repo/exports.rs`), claiming and settling fetches of media
//! (`repo/media_fetches.rs`), and rate budgets (`repo/budgets.rs`).
//! opening the one that a signed address names (`repo/exports.rs`), claiming imports (`repo/imports.rs`), and rate budgets (`repo/budgets.rs`).

pub mod account_change;
pub(crate) mod call_times;
pub mod claim;
mod connect;
pub mod erased;
pub mod error;
pub mod export_work;
pub mod idempotent;
pub mod import_work;
pub mod inbox_work;
pub mod measured;
pub mod media_fetch_work;
mod migrate;
mod on_db;
pub mod origin;
pub mod outcome;
pub mod page;
pub mod part_lease;
pub mod pg;
mod pool;
pub mod post_command;
pub mod post_unit;
pub mod rows;
pub mod schema;
pub mod session;
pub mod sqlite;
pub mod statements;
pub(crate) mod transaction;
pub mod types;

pub use connect::{Db, DbOptions};
pub use error::DbError;
pub use migrate::{MigrationError, Migrator};
pub(crate) use on_db::{db_read, db_write, on_db};

/// What every repository file starts with.
pub(crate) mod prelude {
    pub use super::error::{CommandError, CommandResult};
    pub use super::schema::*;
    pub use super::types::*;
    pub use diesel::QueryResult;
    pub use diesel::prelude::*;
    pub use diesel::upsert::excluded;
    // Named, so that it wins over diesel's synchronous trait of the same name.
    pub use diesel_async::RunQueryDsl;
}
