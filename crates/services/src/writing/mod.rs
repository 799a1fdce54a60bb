//! Writing aids.

mod aids;

pub use aids::{WritingModel, Written};
