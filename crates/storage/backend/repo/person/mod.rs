//! Users: sign-in, sessions, personal data, erasure.

pub mod email_keys;
pub mod erasure;
mod live;
pub mod people;
pub mod personal_data;
pub mod profiles;
pub mod second_factors;
pub mod sessions;

pub(in crate::repo) use live::{ERASED_HASH, lock as lock_live};
