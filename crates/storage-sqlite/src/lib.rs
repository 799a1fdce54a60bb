//! Storage in an SQLite file: one writer, a few readers, the migrations, and the repositories of `../storage/backend`
//! compiled for it.

#![expect(clippy::similar_names, reason = "a `new` row, an old `row` and the time `now`: the plain words")]
#![expect(clippy::unused_async, reason = "functions of one kind keep one form")]

mod connect;
mod migrate;
mod text_index;

pub use connect::Backend;
pub use migrate::{migrate, newest_step};

/// The connection that the repositories are compiled for.
pub type Conn = diesel_async::sync_connection_wrapper::SyncConnectionWrapper<diesel::SqliteConnection>;

/// The file belongs to one process.
const IS_EMBEDDED: bool = true;

#[macro_use]
#[path = "../../storage/backend/query_macros.rs"]
mod query_macros;
#[macro_use]
mod dialect;
#[path = "../../storage/backend/repo/mod.rs"]
pub mod repo;
#[macro_use]
#[path = "../../storage/backend/contract_macros.rs"]
mod contract_macros;
#[path = "../../storage/src/contract/mod.rs"]
mod contract;
