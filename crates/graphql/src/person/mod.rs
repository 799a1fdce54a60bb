//! Users: sign-in, password, two-factor authentication, erasure, and the viewer.

mod erasure;
mod object;
mod password;
mod second_factor;
mod viewer;

pub use erasure::ErasureMutation;
pub use object::{PeopleMutation, User};
pub use password::PasswordMutation;
pub use second_factor::SecondFactorMutation;
pub use viewer::ViewerQuery;
