//! API keys.

mod api_keys;
mod request;

pub use api_keys::{ApiKeys, Keys, MadeKey};
pub use fanfare_storage::rows::ApiKey;
pub use request::{KeyRequest, KeyRotation};
