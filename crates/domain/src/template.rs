//! Templates: texts with placeholders, from which posts are made.

use super::id::TemplateId;
use super::patch::Patch;
use super::placeholder::{self, Piece};
use super::platform::Platform;
use super::user_error::{UserError, UserErrorCode};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The longest name, in characters.
const LONGEST_NAME: usize = 100;
/// The longest text, in characters.
const LONGEST_CONTENT: usize = 10_000;
/// The longest text of hashtags, in characters.
const LONGEST_HASHTAGS: usize = 1_000;
/// Placeholders in one template, each time it appears: what a preview can grow to.
const MOST_PLACEHOLDERS: usize = 100;
/// Values of a preview.
const MOST_VALUES: usize = 100;
/// The longest value, in characters.
const LONGEST_VALUE: usize = 2_000;

text_enum! {
    /// What a template is for.
    TemplateCategory {
        /// Something new.
        Announcement = "announcement",
        /// An offer.
        Promotion = "promotion",
        /// Something that takes place.
        Event = "event",
        /// Asks for answers.
        Engagement = "engagement",
        /// Shows how something is done.
        Education = "education",
        /// Tells of people, customers and work.
        Story = "story",
        /// Holidays and seasons.
        Seasonal = "seasonal",
        /// Looks for people.
        Hiring = "hiring",
    }
}

/// What a person writes of a template.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateDetails {
    pub name: String,
    /// With `{placeholders}`.
    pub content_template: String,
    /// Hashtags with white space between them, with `{placeholders}`.
    #[serde(default)]
    pub hashtag_template: Option<String>,
    /// `None`: for every network.
    #[serde(default)]
    pub platform: Option<Platform>,
    #[serde(default)]
    pub category: Option<TemplateCategory>,
}

/// What an update sets of a template.
#[derive(Clone, Debug, Default)]
pub struct TemplatePatch {
    pub name: Patch<String>,
    pub content_template: Patch<String>,
    pub hashtag_template: Patch<Option<String>>,
    pub platform: Patch<Option<Platform>>,
    pub category: Patch<Option<TemplateCategory>>,
}

/// A template that comes with the server; nobody can change it.
#[derive(Debug, Deserialize)]
pub struct SystemTemplate {
    /// Never given to another template.
    pub id: TemplateId,
    pub details: TemplateDetails,
}

/// A template with values in the place of its placeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    pub content: String,
    /// Without `#`, each once; one with a placeholder that has no value is left out.
    pub hashtags: Vec<String>,
    /// Placeholders without a value, in the order of their appearance.
    pub missing: Vec<String>,
    /// Values that the template has no placeholder for.
    pub unknown: Vec<String>,
}

static SYSTEM: LazyLock<Vec<SystemTemplate>> =
    LazyLock::new(|| serde_json::from_str(include_str!("system_templates.json")).unwrap_or_default());

/// The templates that come with the server, in the order of their numbers, which are 1 to 1000: those of the table begin
/// after them.
pub fn system_templates() -> &'static [SystemTemplate] {
    &SYSTEM
}

impl TemplateDetails {
    /// As the audit shows them.
    pub fn audited(&self) -> serde_json::Value {
        serde_json::json!({
            "name": self.name,
            "content_template": self.content_template,
            "hashtag_template": self.hashtag_template,
            "platform": self.platform,
            "category": self.category,
        })
    }

    pub fn apply(&mut self, patch: TemplatePatch) {
        patch.name.apply(&mut self.name);
        patch.content_template.apply(&mut self.content_template);
        patch.hashtag_template.apply(&mut self.hashtag_template);
        patch.platform.apply(&mut self.platform);
        patch.category.apply(&mut self.category);
    }

    /// Cuts white space around the texts, and leaves out hashtags that are empty.
    pub fn trim(&mut self) {
        self.name = self.name.trim().to_owned();
        self.content_template = self.content_template.trim().to_owned();
        self.hashtag_template =
            self.hashtag_template.take().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    }

    /// Everything that is wrong with it.
    pub fn check(&self) -> Vec<UserError> {
        let mut errors = Vec::new();
        check_text(&mut errors, "name", &self.name, LONGEST_NAME);
        if self.name.chars().any(char::is_control) {
            errors.push(UserError::new(UserErrorCode::Invalid, "name", "Give a name on one line."));
        }
        check_text(&mut errors, "contentTemplate", &self.content_template, LONGEST_CONTENT);
        check_placeholders(&mut errors, "contentTemplate", &self.content_template);
        if let Some(text) = &self.hashtag_template {
            check_text(&mut errors, "hashtagTemplate", text, LONGEST_HASHTAGS);
            check_placeholders(&mut errors, "hashtagTemplate", text);
        }
        errors
    }

    /// The names of the placeholders of both texts, in the order of their appearance.
    pub fn placeholders(&self) -> Vec<String> {
        placeholder::names(&self.pieces())
    }

    fn pieces(&self) -> Vec<Piece> {
        let tags = self.hashtag_template.as_deref().unwrap_or_default();
        // What is stored was checked.
        [&self.content_template, tags]
            .into_iter()
            .flat_map(|text| placeholder::parse(text).unwrap_or_default())
            .collect()
    }

    /// What a post made of it would say.
    pub fn preview(&self, values: &BTreeMap<String, String>) -> Preview {
        let known = self.placeholders();
        let content = placeholder::parse(&self.content_template).unwrap_or_default();
        let missing = known.iter().filter(|name| !values.contains_key(*name));
        let unknown = values.keys().filter(|name| !known.contains(name));
        Preview {
            content: placeholder::fill(&content, values),
            hashtags: self.hashtags(values),
            missing: missing.cloned().collect(),
            unknown: unknown.cloned().collect(),
        }
    }

    fn hashtags(&self, values: &BTreeMap<String, String>) -> Vec<String> {
        let part_of_tag = |c: &char| !c.is_whitespace() && *c != '#';
        let mut seen = BTreeSet::new();
        let mut tags = Vec::new();
        for word in self.hashtag_template.as_deref().unwrap_or_default().split_whitespace() {
            let Ok(pieces) = placeholder::parse(word) else { continue };
            if placeholder::names(&pieces).iter().any(|name| !values.contains_key(name)) {
                continue;
            }
            let tag: String = placeholder::fill(&pieces, values).chars().filter(part_of_tag).collect();
            if !tag.is_empty() && seen.insert(tag.to_lowercase()) {
                tags.push(tag);
            }
        }
        tags
    }
}

/// What is wrong with the values of a preview.
pub fn check_values(values: &[(String, String)]) -> Vec<UserError> {
    let mut errors = Vec::new();
    if values.len() > MOST_VALUES {
        let words = format!("Give at most {MOST_VALUES} values.");
        errors.push(UserError::new(UserErrorCode::TooMany, "values", words));
        return errors;
    }
    let mut seen = BTreeSet::new();
    for (at, (name, value)) in values.iter().enumerate() {
        if !seen.insert(name) {
            let words = format!("{name} is given twice.");
            errors.push(UserError::new(UserErrorCode::Invalid, &format!("values.{at}.name"), words));
        }
        if value.chars().count() > LONGEST_VALUE {
            let words = format!("Give a value of at most {LONGEST_VALUE} characters.");
            errors.push(UserError::new(UserErrorCode::TooLong, &format!("values.{at}.value"), words));
        }
    }
    errors
}

fn check_text(errors: &mut Vec<UserError>, field: &str, text: &str, longest: usize) {
    if text.is_empty() {
        errors.push(UserError::new(UserErrorCode::Required, field, "Write something."));
    }
    let length = text.chars().count();
    if length > longest {
        let words = format!("Write at most {longest} characters; these are {length}.");
        errors.push(UserError::new(UserErrorCode::TooLong, field, words));
    }
    // PostgreSQL cannot store it.
    if text.contains('\0') {
        errors.push(UserError::new(UserErrorCode::Invalid, field, "The text holds a NUL character."));
    }
}

fn check_placeholders(errors: &mut Vec<UserError>, field: &str, text: &str) {
    match placeholder::parse(text) {
        Ok(pieces) => {
            let count = pieces.iter().filter(|piece| matches!(piece, Piece::Placeholder(_))).count();
            if count > MOST_PLACEHOLDERS {
                let words = format!("Use at most {MOST_PLACEHOLDERS} placeholders; these are {count}.");
                errors.push(UserError::new(UserErrorCode::TooMany, field, words));
            }
        }
        Err(stray) => {
            let words = format!(
                "The brace after {} characters begins no placeholder such as {{name}}; write {{{{ for a brace.",
                stray.at
            );
            errors.push(UserError::new(UserErrorCode::TemplatePlaceholderInvalid, field, words));
        }
    }
}

#[cfg(test)]
mod tests;
