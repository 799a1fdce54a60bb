//! Scalars of the schema.

mod id;
mod upload;
mod values;

pub use id::{GlobalId, split};
pub use upload::Upload;
pub use values::{BigInt, Date, DateTime, Decimal, EmailAddress, Json, TimeZone, Url};
