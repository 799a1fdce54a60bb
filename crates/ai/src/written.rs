//! What is asked of a writer, and what comes back, whoever writes.

use super::language::detect;
use fanfare_domain::platform::Platform;
use fanfare_domain::post::TemplateType;
use fanfare_domain::writing::{ImprovementKind, Language, Tone};
use serde::{Deserialize, Serialize};

/// A text to write.
#[derive(Clone, Debug)]
pub struct TextRequest {
    pub topic: String,
    /// `None`: for any network; what fits X fits.
    pub platform: Option<Platform>,
    pub tone: Tone,
    /// `None`: the topic's own.
    pub language: Option<Language>,
    pub content_type: TemplateType,
    /// `None`: what is usual on the network.
    pub hashtag_count: Option<usize>,
}

impl TextRequest {
    pub fn language(&self) -> Language {
        self.language.unwrap_or_else(|| detect(&self.topic))
    }
}

/// A text that was written. With its hashtags it is within the network's limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generated {
    pub content: String,
    /// Without `#`.
    pub hashtags: Vec<String>,
    /// Other ways to say it, within the same limit.
    pub suggestions: Vec<String>,
}

/// Hashtags to find for a text.
#[derive(Clone, Debug)]
pub struct HashtagRequest {
    pub content: String,
    pub platform: Option<Platform>,
    /// `None`: what is usual on the network.
    pub count: Option<usize>,
}

/// A text to improve.
#[derive(Clone, Debug)]
pub struct OptimizeRequest {
    pub content: String,
    pub platform: Platform,
}

/// A text that was improved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Optimized {
    /// Within the network's limit, its hashtags included.
    pub content: String,
    /// What was, and what still can be, better.
    pub improvements: Vec<Improvement>,
    pub before: u8,
    pub after: u8,
}

/// One thing that can be better.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Improvement {
    pub kind: ImprovementKind,
    /// What to do, in English.
    pub suggestion: String,
}
