//! Connected accounts.

mod accounts;

pub use accounts::Disconnected;
pub(crate) use accounts::network_error;
