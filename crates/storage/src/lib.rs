//! What is stored and what may be asked of it: rows, the tables' schema, filters, and the contract of a database. The
//! two backends, `storage-postgres` and `storage-sqlite`, implement it with one source of repositories (`backend/`).
//!
//! Every repository function takes the workspace it works in, so that no query can forget its tenant. The exceptions
//! are: finding the workspace of a row that a user names (`ownership`), claiming and settling leased work (`jobs`,
//! `claimed`, `run_writes`, `inbox_looks`, `reply_queue`, `media_fetches`, `unowned_files`, `exports`, `imports`, `metrics_queue`),
//! sign-in (`people`, `sessions`, `api_keys`, `second_factors`, `email_keys`), a user's own data and its erasure
//! (`personal_data`, `profiles`, `erasure`), OAuth states (`oauth_states`), the hub's read of all counters (`events`), access that expires (`expiry`), sealing all
//! secrets again (`sealed`, `sealing_servers`), opening the export that a signed URL names (`exports`), accepting the
//! invitation that a token names (`invitations`), folding counts (`kept_counts`), and rate budgets (`budgets`).

#![expect(clippy::module_name_repetitions, reason = "the noun is in the file's name and in the type's")]

// The contract's files are compiled by the backends too, and name this crate as they do.
extern crate self as fanfare_storage;

#[macro_use]
mod contract_macros;

pub mod command;
pub mod connection;
pub mod contract;
pub mod error;
pub mod page;
pub mod rows;
pub mod schema;
pub mod work;

pub use contract::Database;
pub use error::DbError;

/// The database, whichever it is. Cheap to clone.
pub type Db = std::sync::Arc<dyn Database>;

/// What every repository file starts with.
pub mod prelude {
    pub use super::error::{CommandError, CommandResult};
    pub use super::schema::*;
    pub use diesel::QueryResult;
    pub use diesel::prelude::*;
    pub use diesel::upsert::excluded;
    pub use fanfare_domain::sql::*;
    // Named, so that it wins over diesel's synchronous trait of the same name.
    pub use diesel_async::RunQueryDsl;
}
