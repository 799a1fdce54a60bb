//! Users: registration, password, two-factor authentication, personal data, erasure.

mod erasure;
mod passwords;
mod people;
mod personal_data;
mod second_factor;

pub use people::Registration;
pub use personal_data::PersonalData;
pub use second_factor::{GivenCode, TotpSetup};
