//! Registration and sessions.

mod registration;
mod revocations;
mod sessions;

pub use fanfare_auth::{AccessToken, AccessTokenError, RefreshToken};
pub use registration::Registration;
pub use sessions::{Sessions, SignIn, SignedIn};
