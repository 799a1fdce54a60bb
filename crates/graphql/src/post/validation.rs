//! What `validatePost` answers.

use crate::account::Account;
use crate::request::UserError;
use async_graphql::{Object, SimpleObject};
use fanfare_domain::platform::Platform;
use fanfare_domain::violation::{self, ViolationCode};
use fanfare_query_limits::directives::list_size;
use fanfare_services::post::TargetCheck;
use std::sync::Arc;

/// How a post would fare, with nothing stored and no network asked.
pub struct PostValidation {
    pub targets: Vec<TargetCheck>,
    /// What is wrong whatever the network.
    pub user_errors: Vec<UserError>,
}

/// How a post would fare if it were created with this input.
#[Object(crate = "crate::execution")]
impl PostValidation {
    /// Whether it could be published on every account as it is.
    async fn ok(&self) -> bool {
        self.user_errors.is_empty() && self.targets.iter().all(TargetCheck::ok)
    }

    /// One for each account, in the order of accountIds; empty where userErrors is not.
    #[graphql(directive = list_size::apply(3))]
    async fn targets(&self) -> Vec<TargetValidation<'_>> {
        self.targets.iter().map(TargetValidation).collect()
    }

    /// What is wrong with the input whatever the network.
    async fn user_errors(&self) -> &[UserError] {
        &self.user_errors
    }
}

/// How one target would fare.
pub struct TargetValidation<'a>(&'a TargetCheck);

/// How a post would fare on one account.
#[Object(crate = "crate::execution")]
impl TargetValidation<'_> {
    /// Where it would be published.
    async fn account(&self) -> Account {
        Account(Arc::clone(&self.0.account))
    }

    /// The account's network.
    async fn platform(&self) -> Platform {
        self.0.account.platform
    }

    /// Whether the network would take it; there may be warnings.
    async fn ok(&self) -> bool {
        self.0.ok()
    }

    /// The rules that it breaks, and warnings.
    async fn violations(&self) -> Vec<Violation> {
        self.0.violations.iter().cloned().map(Violation::from).collect()
    }

    /// Characters of the whole text, with link and hashtags. Networks may weigh them (X: 280, a link counts 23).
    async fn content_length(&self) -> i32 {
        i32::try_from(self.0.content_length).unwrap_or(i32::MAX)
    }
}

/// A rule of a network that a target breaks.
#[derive(SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct Violation {
    /// The rule, for programs.
    pub code: ViolationCode,
    /// What is wrong and what to do.
    pub message: String,
    /// The part of the post: content, title, media.0, hashtags, link, account, publishMode.
    pub field: String,
    /// Whether the post is refused; false for a warning.
    pub blocking: bool,
}

impl From<violation::Violation> for Violation {
    fn from(violation: violation::Violation) -> Self {
        let violation::Violation { code, message, field, blocking } = violation;
        Self { code, message, field, blocking }
    }
}
