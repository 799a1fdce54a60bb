//! What every service shares: access, cached reads, commands, idempotency keys, errors.

mod access;
mod cached;
mod error;
mod mutation_key;

pub use access::Access;
pub(crate) use access::NOTED_EVERY;
pub use cached::{Freshness, Read};
pub use error::{PublicError, ServiceError, ServiceResult};
pub use mutation_key::MutationKey;
pub(crate) use mutation_key::{Keyed, Remembered};
