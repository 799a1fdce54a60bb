//! Users: sign-in, password, two-factor authentication, erasure, and the viewer.

mod erasure;
mod password;
mod profile;
mod second_factor;
mod session;
mod user;
mod user_session;
mod viewer;

pub use erasure::ErasureMutation;
pub use password::PasswordMutation;
pub use profile::ProfileMutation;
pub use second_factor::SecondFactorMutation;
pub use session::SessionMutation;
pub use user::User;
pub use user_session::{UserSession, UserSessionConnection, UserSessionMutation};
pub use viewer::{Viewer, ViewerQuery};
