//! Filters, orders and windows of lists.

use crate::domain::account::AccountStatus;
use crate::domain::clock::Timestamp;
use crate::domain::id::AccountId;
use crate::domain::platform::Platform;
use crate::domain::post::PostStatus;

/// Which posts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PostFilter {
    pub statuses: Option<Vec<PostStatus>>,
    pub account_id: Option<AccountId>,
    pub platform: Option<Platform>,
    /// A part of the text.
    pub text: Option<String>,
    pub scheduled_from: Option<Timestamp>,
    /// Exclusive.
    pub scheduled_to: Option<Timestamp>,
}

/// Which accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountFilter {
    pub platforms: Option<Vec<Platform>>,
    pub statuses: Option<Vec<AccountStatus>>,
}

/// The order of a list, by time of creation and id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    NewestFirst,
    OldestFirst,
}

/// A window of a list: keyset where `start` is set, else by `offset`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// The row before the first (behind the last, when backward): its time and id.
    pub start: Option<(Timestamp, i64)>,
    /// Read against the order; the caller turns the rows round.
    pub backward: bool,
    pub limit: i64,
    pub offset: i64,
}

/// The LIKE pattern that finds `text` anywhere, with `\\` as its escape.
pub fn like_pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_a_person_searches_is_no_pattern() {
        assert_eq!(super::like_pattern(r"100%_\"), r"%100\%\_\\%");
    }
}
