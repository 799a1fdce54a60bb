//! Writing aids: texts, hashtags and improvements, by a language model where one is set up, else by rules and tables.
//!
//! [`local`] always answers. [`Anthropic`] may not: whoever asks it goes to [`local`] where it fails.

#![expect(clippy::duration_suboptimal_units, reason = "limits are written in the unit of their source")]
#![cfg_attr(test, expect(clippy::needless_for_each, reason = "a matter of taste"))]
#![expect(clippy::struct_field_names, reason = "records are named as the platforms name them")]

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
