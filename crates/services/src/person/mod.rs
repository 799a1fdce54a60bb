//! Users: their password, two-factor authentication, personal data, erasure.

mod erasure;
mod passwords;
mod people;
mod personal_data;
mod profiles;
mod second_factor;

pub use erasure::Erasure;
pub use fanfare_auth::RecoveryCode;
pub use fanfare_storage::rows::User;
pub use passwords::Passwords;
pub(crate) use passwords::session_of;
pub use people::People;
pub use personal_data::{PersonalArchives, PersonalData};
pub use profiles::{ProfilePatch, Profiles};
pub use second_factor::{GivenCode, SecondFactors, TotpSetup};
