//! Scalars of the schema.

mod borrowed;
mod checks;
mod id;
mod natural_id;
mod upload;
mod values;

pub use borrowed::{EmailOf, JsonOf};
pub use checks::{Check, checks};
pub use id::{GlobalId, split};
pub use natural_id::NaturalId;
pub use upload::Upload;
pub use values::{BigInt, Date, DateTime, Decimal, EmailAddress, Json, TimeZone, Url};
