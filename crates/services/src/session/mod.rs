//! Sessions.

mod sessions;

pub use sessions::{SignIn, SignedIn};
