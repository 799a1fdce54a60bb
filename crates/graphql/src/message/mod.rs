//! Texts for readers, in every language that the server speaks.

mod catalogue;
mod template;

pub use catalogue::{Values, message};
