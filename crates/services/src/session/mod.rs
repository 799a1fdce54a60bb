//! Registration and sessions.

mod open_sessions;
mod registration;
mod revocations;
mod sessions;

pub use fanfare_auth::{AccessToken, AccessTokenError, RefreshToken};
pub use fanfare_storage::rows::Session as UserSession;
pub use open_sessions::OpenSessions;
pub use registration::Registration;
pub(crate) use registration::checked_name;
pub use sessions::{Sessions, SignIn, SignedIn};
