//! What a workspace has decided for all of its members.

use super::change::Change;
use super::user_error::{UserError, UserErrorCode};
use chrono_tz::Tz;
use std::collections::BTreeSet;

const MOST_KEYWORDS: usize = 200;
/// The longest banned keyword, in characters.
const LONGEST_KEYWORD: usize = 100;

/// The settings of a workspace. `Default`: those of one that has decided nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkspaceSettings {
    /// Whether milestones of followers and of engagement become events.
    pub engagement_notifications: bool,
    /// Words that no post may hold to be published.
    pub banned_keywords: Vec<String>,
    /// Local times, days and reports follow it.
    pub time_zone: Tz,
}

impl Default for WorkspaceSettings {
    fn default() -> Self {
        Self { engagement_notifications: true, banned_keywords: Vec::new(), time_zone: Tz::UTC }
    }
}

/// A change of settings.
#[derive(Clone, Debug, Default)]
pub struct SettingsChanges {
    pub engagement_notifications: Change<bool>,
    pub banned_keywords: Change<Vec<String>>,
    pub time_zone: Change<Tz>,
}

impl WorkspaceSettings {
    pub fn apply(&mut self, changes: SettingsChanges) {
        changes.engagement_notifications.apply(&mut self.engagement_notifications);
        changes.banned_keywords.apply(&mut self.banned_keywords);
        changes.time_zone.apply(&mut self.time_zone);
    }

    /// Cuts white space around the texts; keywords that are named twice are kept once.
    pub fn trim(&mut self) {
        let mut seen = BTreeSet::new();
        self.banned_keywords.iter_mut().for_each(|word| *word = word.trim().to_owned());
        self.banned_keywords.retain(|word| seen.insert(word.to_lowercase()));
    }

    /// Everything that is wrong with trimmed settings.
    pub fn check(&self) -> Vec<UserError> {
        let mut errors = Vec::new();
        if self.banned_keywords.len() > MOST_KEYWORDS {
            let words = format!("Ban at most {MOST_KEYWORDS} keywords.");
            errors.push(UserError::new(UserErrorCode::TooMany, "bannedKeywords", words));
        }
        for (at, word) in self.banned_keywords.iter().enumerate() {
            if !(1..=LONGEST_KEYWORD).contains(&word.chars().count()) || word.chars().any(char::is_control) {
                let words = format!("A keyword has 1 to {LONGEST_KEYWORD} characters on one line.");
                errors.push(UserError::new(UserErrorCode::Invalid, &format!("bannedKeywords.{at}"), words));
            }
        }
        errors
    }

    /// The names of the settings that differ from `other`.
    pub fn changed_from(&self, other: &Self) -> Vec<&'static str> {
        let changed = [
            ("engagement_notifications", self.engagement_notifications != other.engagement_notifications),
            ("banned_keywords", self.banned_keywords != other.banned_keywords),
            ("time_zone", self.time_zone != other.time_zone),
        ];
        changed.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_refused_with_everything_that_is_wrong_with_them() {
        let mut settings = WorkspaceSettings {
            banned_keywords: [" Spam ", "spam", "", "a\nb"].map(str::to_owned).into(),
            ..WorkspaceSettings::default()
        };
        settings.trim();
        let paths: Vec<String> = settings.check().into_iter().map(|error| error.path.join(".")).collect();
        assert_eq!(paths, ["input.bannedKeywords.1", "input.bannedKeywords.2"]);
    }
}
