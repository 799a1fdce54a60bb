//! What a workspace has decided for all of its members.

use super::patch::Patch;
use super::user_error::{UserError, UserErrorCode};
use chrono_tz::Tz;
use std::collections::BTreeSet;

/// The longest answer that is sent automatically, in characters; the networks' own limits may be lower.
const LONGEST_AUTO_REPLY: usize = 1_000;
const MOST_KEYWORDS: usize = 200;
/// The longest banned keyword, in characters.
const LONGEST_KEYWORD: usize = 100;

/// What is answered automatically to comments and direct messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AutoReply {
    pub enabled: bool,
    /// Kept while it is off.
    pub text: Option<String>,
}

/// The settings of a workspace. `Default`: those of one that has decided nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkspaceSettings {
    /// Whether milestones of followers and of engagement become events.
    pub engagement_notifications: bool,
    /// Words that no post may hold to be published.
    pub banned_keywords: Vec<String>,
    pub auto_reply: AutoReply,
    /// Whether a post that is scheduled without a time gets a good one of its accounts.
    pub auto_optimal_time: bool,
    /// Local times, days and reports follow it.
    pub time_zone: Tz,
    /// How often they have changed, from 1.
    pub revision: i32,
}

impl Default for WorkspaceSettings {
    fn default() -> Self {
        Self {
            engagement_notifications: true,
            banned_keywords: Vec::new(),
            auto_reply: AutoReply::default(),
            auto_optimal_time: false,
            time_zone: Tz::UTC,
            revision: 1,
        }
    }
}

/// What an update sets of the settings.
#[derive(Clone, Debug, Default)]
pub struct SettingsPatch {
    pub engagement_notifications: Patch<bool>,
    pub banned_keywords: Patch<Vec<String>>,
    pub auto_reply_enabled: Patch<bool>,
    pub auto_reply_text: Patch<Option<String>>,
    pub auto_optimal_time: Patch<bool>,
    pub time_zone: Patch<Tz>,
}

impl WorkspaceSettings {
    pub fn apply(&mut self, patch: SettingsPatch) {
        patch.engagement_notifications.apply(&mut self.engagement_notifications);
        patch.banned_keywords.apply(&mut self.banned_keywords);
        patch.auto_reply_enabled.apply(&mut self.auto_reply.enabled);
        patch.auto_reply_text.apply(&mut self.auto_reply.text);
        patch.auto_optimal_time.apply(&mut self.auto_optimal_time);
        patch.time_zone.apply(&mut self.time_zone);
    }

    /// Cuts white space around the texts; keywords that are named twice are kept once.
    pub fn trim(&mut self) {
        let mut seen = BTreeSet::new();
        for word in &mut self.banned_keywords {
            *word = word.trim().to_owned();
        }
        self.banned_keywords.retain(|word| seen.insert(word.to_lowercase()));
        let text = self.auto_reply.text.take().map(|text| text.trim().to_owned());
        self.auto_reply.text = text.filter(|text| !text.is_empty());
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
        let text = self.auto_reply.text.as_deref();
        if self.auto_reply.enabled && text.is_none() {
            let words = "Write what is answered, or switch it off.";
            errors.push(UserError::new(UserErrorCode::Required, "autoReply.text", words));
        }
        if text.is_some_and(|text| text.chars().count() > LONGEST_AUTO_REPLY || text.contains('\0')) {
            let words = format!("Write at most {LONGEST_AUTO_REPLY} characters, without NUL.");
            errors.push(UserError::new(UserErrorCode::Invalid, "autoReply.text", words));
        }
        errors
    }

    /// As the audit shows them.
    pub fn audited(&self) -> serde_json::Value {
        serde_json::json!({
            "engagement_notifications": self.engagement_notifications,
            "banned_keywords": self.banned_keywords,
            "auto_reply_enabled": self.auto_reply.enabled,
            "auto_reply_text": self.auto_reply.text,
            "auto_optimal_time": self.auto_optimal_time,
            "time_zone": self.time_zone.name(),
        })
    }

    /// The names of the settings that differ from `other`.
    pub fn changed_from(&self, other: &Self) -> Vec<&'static str> {
        let changed = [
            ("engagement_notifications", self.engagement_notifications != other.engagement_notifications),
            ("banned_keywords", self.banned_keywords != other.banned_keywords),
            ("auto_reply", self.auto_reply != other.auto_reply),
            ("auto_optimal_time", self.auto_optimal_time != other.auto_optimal_time),
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
        let reply = |enabled, text: &str| {
            let auto_reply = AutoReply { enabled, text: Some(text.to_owned()) };
            let mut settings = WorkspaceSettings { auto_reply, ..WorkspaceSettings::default() };
            settings.trim();
            settings.check().into_iter().map(|error| error.path.join(".")).collect::<Vec<_>>()
        };
        assert_eq!(reply(true, " \n"), ["input.autoReply.text"]);
        assert_eq!(reply(false, &"x".repeat(1_001)), ["input.autoReply.text"]);
        assert_eq!((reply(true, "Thanks!"), reply(false, "")), (vec![], vec![]));
    }
}
