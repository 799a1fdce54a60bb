//! Secrets at rest.

mod reseal;

pub use reseal::{Resealed, reseal};
