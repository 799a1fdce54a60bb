//! A workspace's metrics over a time, as a PDF for people.

#![expect(clippy::match_same_arms, reason = "a table of characters stands in their order")]
#![expect(clippy::similar_names, reason = "the `last` day and the `least` value: the plain words")]

mod chart;
mod face;
mod font;
mod page;
mod sheet;
mod words;

use chrono::NaiveDate;
use chrono_tz::Tz;
use fanfare_domain::analytics::Analytics;
use fanfare_domain::id::AccountId;
use std::collections::HashMap;

/// What a report says.
pub struct Report {
    pub workspace: String,
    pub zone: Tz,
    /// When it was written, in the workspace's time zone.
    pub today: NaiveDate,
    pub analytics: Analytics,
    /// How each account is called.
    pub accounts: HashMap<AccountId, String>,
    /// The best first.
    pub best: Vec<BestPost>,
}

/// One of the posts that people engaged with most.
pub struct BestPost {
    /// On the first of its accounts.
    pub published: Option<NaiveDate>,
    pub networks: String,
    pub words: String,
    pub engagement: i64,
}

impl Report {
    /// The whole file.
    pub fn write(&self) -> Vec<u8> {
        page::write(self)
    }
}
