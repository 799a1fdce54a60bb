//! Connected accounts.

pub mod accounts;
pub mod expiry;
pub mod oauth_states;
pub mod token_refreshes;
