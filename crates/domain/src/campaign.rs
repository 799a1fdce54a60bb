//! Campaigns: posts that belong together, for a time.

use super::decimal::Decimal;
use super::patch::Patch;
use super::platform::Platform;
use super::user_error::{UserError, UserErrorCode};
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// The longest name, in characters.
const LONGEST_NAME: usize = 100;
/// The longest description, in characters.
const LONGEST_DESCRIPTION: usize = 2_000;
/// The largest budget, in hundredths: a million millions.
const LARGEST_BUDGET: Decimal = Decimal::from_hundredths(100_000_000_000_000);

text_enum! {
    /// Whether a campaign's posts go out.
    CampaignStatus {
        /// Its posts are published at their times.
        Active = "active",
        /// Its posts are held.
        Paused = "paused",
        /// It is over. Nothing is held for it; posts that are planned still go out.
        Completed = "completed",
    }
}

/// What a person says of a campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CampaignDetails {
    pub name: String,
    pub description: Option<String>,
    /// Empty: every network.
    pub target_platforms: Vec<Platform>,
    /// The first day, in the workspace's time zone.
    pub start_date: NaiveDate,
    /// The last day.
    pub end_date: NaiveDate,
    /// In the currency that the team reckons in; a note for people, nothing is spent.
    pub budget: Option<Decimal>,
}

/// What an update sets of a campaign.
#[derive(Clone, Debug, Default)]
pub struct CampaignPatch {
    pub name: Patch<String>,
    pub description: Patch<Option<String>>,
    pub target_platforms: Patch<Vec<Platform>>,
    pub start_date: Patch<NaiveDate>,
    pub end_date: Patch<NaiveDate>,
    pub budget: Patch<Option<Decimal>>,
    pub status: Patch<CampaignStatus>,
}

impl CampaignDetails {
    /// As the audit shows them.
    pub fn audited(&self) -> serde_json::Value {
        serde_json::json!({
            "name": self.name,
            "description": self.description,
            "target_platforms": self.target_platforms,
            "start_date": self.start_date,
            "end_date": self.end_date,
            "budget": self.budget.map(|budget| budget.to_string()),
        })
    }

    /// Applies all of a patch but the status.
    pub fn apply(&mut self, patch: CampaignPatch) {
        patch.name.apply(&mut self.name);
        patch.description.apply(&mut self.description);
        patch.target_platforms.apply(&mut self.target_platforms);
        patch.start_date.apply(&mut self.start_date);
        patch.end_date.apply(&mut self.end_date);
        patch.budget.apply(&mut self.budget);
    }

    /// Cuts white space around the texts and leaves out what is empty or named twice.
    pub fn trim(&mut self) {
        self.name = self.name.trim().to_owned();
        self.description =
            self.description.take().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let mut seen = BTreeSet::new();
        self.target_platforms.retain(|platform| seen.insert(*platform));
    }

    /// Everything that is wrong with it.
    pub fn check(&self) -> Vec<UserError> {
        let mut errors = Vec::new();
        let mut add = |code, field: &str, words: String| errors.push(UserError::new(code, field, words));
        if self.name.is_empty() {
            add(UserErrorCode::Required, "name", "Give the campaign a name.".to_owned());
        } else if self.name.chars().count() > LONGEST_NAME {
            let words = format!("Give a name of at most {LONGEST_NAME} characters.");
            add(UserErrorCode::TooLong, "name", words);
        } else if self.name.chars().any(char::is_control) {
            add(UserErrorCode::Invalid, "name", "Give a name on one line.".to_owned());
        }
        if let Some(text) = &self.description {
            if text.chars().count() > LONGEST_DESCRIPTION {
                let words = format!("Describe it in at most {LONGEST_DESCRIPTION} characters.");
                add(UserErrorCode::TooLong, "description", words);
            }
            // PostgreSQL cannot store it.
            if text.contains('\0') {
                add(UserErrorCode::Invalid, "description", "The text holds a NUL character.".to_owned());
            }
        }
        if self.end_date < self.start_date {
            let words = format!("The campaign begins on {}; it cannot end before.", self.start_date);
            add(UserErrorCode::CampaignEndsBeforeStart, "endDate", words);
        }
        if self.budget.is_some_and(|it| it < Decimal::from_hundredths(0) || it > LARGEST_BUDGET) {
            let words = format!("Give a budget of 0 to {LARGEST_BUDGET}.");
            add(UserErrorCode::Invalid, "budget", words);
        }
        errors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn details() -> CampaignDetails {
        CampaignDetails {
            name: " Spring ".to_owned(),
            description: Some(" ".to_owned()),
            target_platforms: vec![Platform::Youtube, Platform::Twitter, Platform::Youtube],
            start_date: NaiveDate::from_ymd_opt(2026, 3, 1).unwrap(),
            end_date: NaiveDate::from_ymd_opt(2026, 3, 1).unwrap(),
            budget: Decimal::parse("0"),
        }
    }

    #[test]
    fn a_campaign_of_one_day_and_no_money_is_fine() {
        let mut details = details();
        details.trim();
        assert_eq!(details.name, "Spring");
        assert_eq!(details.description, None);
        assert_eq!(details.target_platforms, [Platform::Youtube, Platform::Twitter]);
        assert_eq!(details.check(), []);
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once_with_its_path() {
        let mut details = details();
        details.name = "x".repeat(101);
        details.description = Some("a\0b".to_owned());
        details.end_date = NaiveDate::from_ymd_opt(2026, 2, 28).unwrap();
        details.budget = Decimal::parse("-1");
        let found: Vec<_> =
            details.check().into_iter().map(|error| (error.code, error.path.join("."))).collect();
        assert_eq!(
            found,
            [
                (UserErrorCode::TooLong, "input.name".to_owned()),
                (UserErrorCode::Invalid, "input.description".to_owned()),
                (UserErrorCode::CampaignEndsBeforeStart, "input.endDate".to_owned()),
                (UserErrorCode::Invalid, "input.budget".to_owned()),
            ]
        );
    }
}
