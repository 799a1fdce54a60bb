//! API keys.

mod object;

pub use object::{ApiKey, ApiKeyMutation, ApiKeyQuery};
