//! Answers to whole operations, as bytes, for as long as nothing that they show has changed.

mod alike;
mod question;
#[cfg(test)]
mod tests;
mod whole_answers;

pub use crate::context::witness::changes_without_event;
pub use crate::context::{Grounds, Witness};
pub use alike::Alike;
pub use question::Question;
pub use whole_answers::{Known, WholeAnswers};
