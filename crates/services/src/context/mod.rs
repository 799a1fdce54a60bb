//! What every service shares: access and what is noted of it, cached reads, commands, idempotency keys, lists, errors.

mod access;
mod cached;
mod command;
mod epoch_cache;
mod error;
mod list;
mod mutation_key;
mod options;
mod session_watch;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod witness;

pub use access::Access;
pub(crate) use access::NOTED_EVERY;
pub(crate) use cached::shared;
pub use cached::{Freshness, Read};
pub use command::Committed;
pub(crate) use command::uncancelled;
pub(crate) use error::refuse;
pub use error::{PublicError, ServiceError, ServiceResult};
pub use fanfare_storage::page::{Order, Window};
pub use list::{List, Listed, Query};
pub use mutation_key::MutationKey;
pub(crate) use mutation_key::{FirstResult, Keyed, Remembered};
pub use options::ServiceOptions;
pub use witness::{Grounds, Witness};

use fanfare_cache::ReadCache;
use fanfare_cache::rate::RateLimiter;
use fanfare_domain::clock::SharedClock;
use fanfare_events::Hub;
use fanfare_storage::Db;
use std::sync::Arc;

/// What the services have in common. Made once; each of them holds a handle on it.
pub struct Context {
    pub db: Db,
    pub cache: ReadCache,
    pub clock: SharedClock,
    pub hub: Arc<Hub>,
    pub access: Access,
    pub rates: RateLimiter,
    pub options: ServiceOptions,
}
