//! How X reads a text: where it sees links, and what it counts.

mod accepted;
mod emoji;
mod links;
mod weighted_length;

pub use accepted::accepted;
pub use links::find_links;
pub use weighted_length::weighted_length;
