//! Writing aids: texts, hashtags and improvements, by a language model where one is set up, else by rules and tables.
//!
//! [`local`] always answers. [`Anthropic`] may not: whoever asks it goes to [`local`] where it fails.

#![expect(clippy::duration_suboptimal_units, reason = "limits are written in the unit of their source")]
#![expect(clippy::struct_field_names, reason = "a list of words is named for what it lists")]

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
