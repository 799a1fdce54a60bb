//! What the API sends back, read strictly: a field too many or too few, and the answer is not used.

use super::asked::AskError;
use crate::draft::length_of_tags;
use crate::habits::Habits;
use crate::hashtags::{as_hashtag, in_text, same};
use crate::written::{Generated, Improvement};
use fanfare_domain::writing::ImprovementKind;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// An answer of `POST /v1/messages`. The API adds fields; those that are not needed are not read.
#[derive(Deserialize)]
pub struct Message {
    content: Vec<Block>,
    stop_reason: Option<String>,
    #[serde(default)]
    usage: Usage,
}

#[derive(Deserialize)]
struct Block {
    #[serde(rename = "type")]
    kind: String,
    name: Option<String>,
    input: Option<Value>,
}

#[derive(Default, Deserialize)]
struct Usage {
    #[serde(default)]
    input_tokens: u64,
    #[serde(default)]
    output_tokens: u64,
}

impl Message {
    pub fn tokens(&self) -> u64 {
        self.usage.input_tokens.saturating_add(self.usage.output_tokens)
    }

    /// What the model called the tool with.
    pub fn tool_input<T: DeserializeOwned>(self, tool: &str) -> Result<T, AskError> {
        if self.stop_reason.as_deref() == Some("max_tokens") {
            return Err(AskError::Malformed("it was cut off".to_owned()));
        }
        let called =
            self.content.into_iter().find(|it| it.kind == "tool_use" && it.name.as_deref() == Some(tool));
        let input = called.and_then(|block| block.input);
        let input = input.ok_or_else(|| AskError::Malformed("the tool was not called".to_owned()))?;
        serde_json::from_value(input).map_err(|error| AskError::Malformed(error.to_string()))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GeneratedInput {
    content: String,
    hashtags: Vec<String>,
    suggestions: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HashtagsInput {
    hashtags: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptimizedInput {
    content: String,
    improvements: Vec<ImprovementInput>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ImprovementInput {
    #[serde(rename = "type")]
    kind: ImprovementKind,
    suggestion: String,
}

/// The longest suggestion that is shown, in characters.
const MAX_SUGGESTION_CHARS: usize = 300;
/// The most alternatives and improvements that are shown.
const MOST_SHOWN: usize = 6;

impl GeneratedInput {
    pub fn checked(self, habits: &Habits, most: usize) -> Result<Generated, AskError> {
        let hashtags = clean_tags(&self.hashtags, most);
        let room = habits.limit.saturating_sub(length_of_tags(&hashtags, habits));
        let content = clean(&self.content);
        if content.is_empty() || habits.length(&content) > room {
            return Err(AskError::Unfit("the text is empty or too long"));
        }
        if in_text(&content).len() + hashtags.len() > habits.most_hashtags {
            return Err(AskError::Unfit("the text has hashtags of its own"));
        }
        let fits = |text: &String| !text.is_empty() && *text != content && habits.length(text) <= room;
        let suggestions =
            self.suggestions.iter().map(|text| clean(text)).filter(fits).take(MOST_SHOWN).collect();
        Ok(Generated { content, hashtags, suggestions })
    }
}

impl HashtagsInput {
    pub fn checked(self, most: usize) -> Result<Vec<String>, AskError> {
        let tags = clean_tags(&self.hashtags, most);
        if tags.is_empty() { Err(AskError::Unfit("no hashtags")) } else { Ok(tags) }
    }
}

impl OptimizedInput {
    pub fn checked(self, habits: &Habits) -> Result<(String, Vec<Improvement>), AskError> {
        let content = clean(&self.content);
        if content.is_empty() || !habits.fits(&content) {
            return Err(AskError::Unfit("the text is empty or too long"));
        }
        if in_text(&content).len() > habits.most_hashtags {
            return Err(AskError::Unfit("too many hashtags"));
        }
        let improvements = self.improvements.into_iter().take(MOST_SHOWN).map(|it| Improvement {
            kind: it.kind,
            suggestion: clean(&it.suggestion).chars().take(MAX_SUGGESTION_CHARS).collect(),
        });
        Ok((content, improvements.filter(|it| !it.suggestion.is_empty()).collect()))
    }
}

/// Without control characters but line breaks.
fn clean(text: &str) -> String {
    text.chars().filter(|c| *c == '\n' || !c.is_control()).collect::<String>().trim().to_owned()
}

fn clean_tags(tags: &[String], most: usize) -> Vec<String> {
    let mut clean: Vec<String> = Vec::new();
    for tag in tags.iter().filter_map(|tag| as_hashtag(tag)) {
        if clean.len() < most && !clean.iter().any(|known| same(known, &tag)) {
            clean.push(tag);
        }
    }
    clean
}
