//! API keys.

mod object;

pub use object::{ApiKeyMutation, ApiKeyQuery};
