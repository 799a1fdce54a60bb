//! Writing aids.

mod aids;

pub use aids::{WritingAids, WritingModel, Written};
pub use fanfare_ai::{Generated, HashtagRequest, Improvement, OptimizeRequest, Optimized, TextRequest};
