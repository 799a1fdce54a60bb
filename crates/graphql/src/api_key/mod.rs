//! API keys.

mod object;

pub use object::{ApiKey, ApiKeyConnection, ApiKeyMutation, ApiKeyQuery, api_keys_of};
