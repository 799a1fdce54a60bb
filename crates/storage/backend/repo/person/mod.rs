//! Users: sign-in, sessions, personal data, erasure.

pub mod email_keys;
pub mod erasure;
pub mod people;
pub mod personal_data;
pub mod profiles;
pub mod second_factors;
pub mod sessions;
