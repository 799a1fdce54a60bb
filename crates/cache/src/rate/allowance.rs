//! What is counted, what a minute allows of it, and what is left.

use fanfare_domain::budget::BudgetRule;
use fanfare_domain::client_network::ClientNetwork;
use fanfare_domain::id::{ApiKeyId, SessionId, UserId};
use std::time::Duration;

pub(super) const MINUTE: Duration = Duration::from_mins(1);

/// What is counted, and for whom.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Limited {
    PostCreation(UserId),
    ConsentStart(UserId),
    MetricsRefresh(UserId),
    ExportCreation(UserId),
    Registration(ClientNetwork),
    /// A password tried for an e-mail address from one network.
    SignIn(ClientNetwork, String),
    /// The same from all networks together, those apart from which the user has signed in before.
    SignInAnywhere(String),
    /// Sign-ins that fail from one network, over all accounts.
    FailedSignIn(ClientNetwork),
    /// Failed sign-ins noted in the log of their user.
    FailureNoted(UserId),
    /// Refresh tokens traded or given up, known or not.
    Refresh(ClientNetwork),
    /// The same of one session.
    SessionRefresh(SessionId),
    /// A password that someone who is signed in shows once more.
    PasswordShown(UserId),
    /// Archives of what is kept of a person.
    PersonalData(UserId),
    /// A code tried, of an app or for recovery.
    SecondFactor(UserId),
    /// What operations of a user cost, whatever they sign in with.
    CostOfUser(UserId),
    CostOfKey(ApiKeyId),
    /// Of whoever is not signed in.
    CostOfAddress(ClientNetwork),
}

/// A bucket that holds what a minute allows, and fills evenly.
#[derive(Clone, Debug)]
pub struct Allowance {
    pub what: Limited,
    pub per_minute: u32,
}

impl Allowance {
    pub(super) fn rule(&self) -> BudgetRule {
        BudgetRule { capacity: self.per_minute, per: MINUTE }
    }
}

/// The fullness of the bucket that has the least left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BudgetLeft {
    /// What it holds when it is full.
    pub limit: u32,
    pub left: u32,
    /// Until it is full again.
    pub full_in: Duration,
}

impl BudgetLeft {
    pub(super) fn of(rule: BudgetRule, tokens: f64) -> Self {
        let limit = f64::from(rule.capacity);
        let full_in = rule.per.mul_f64(((limit - tokens) / limit.max(1.0)).clamp(0.0, 1.0));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and a capacity, which is a u32"
        )]
        let left = tokens.clamp(0.0, limit).floor() as u32;
        Self { limit: rule.capacity, left, full_in }
    }
}

/// A bucket holds too little; nothing was taken from any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Empty {
    /// Of the bucket that is waited for longest.
    pub limit: u32,
    pub retry_after: Duration,
}
