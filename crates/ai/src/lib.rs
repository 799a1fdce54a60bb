//! Writing aids: texts, hashtags and improvements, by a language model where one is set up, else by rules and tables.
//!
//! [`local`] always answers. [`Anthropic`] may not: whoever asks it goes to [`local`] where it fails.

mod anthropic;
mod checks;
mod draft;
mod habits;
mod hashtags;
mod keywords;
mod language;
pub mod local;
mod optimize;
mod segments;
mod sentences;
mod shorten;
mod written;

pub use anthropic::{Anthropic, AnthropicOptions, AskError, Asked};
pub use written::{Generated, HashtagRequest, Improvement, OptimizeRequest, Optimized, TextRequest};
