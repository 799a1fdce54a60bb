//! Writing aids.

mod mutation;

pub use mutation::WritingMutation;
