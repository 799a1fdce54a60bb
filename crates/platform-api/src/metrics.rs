//! What a network tells of published items and of accounts, in numbers.

use super::{Call, PlatformError};
use async_trait::async_trait;
use fanfare_domain::metrics::{AccountNumbers, PostNumbers};
use std::collections::BTreeMap;
use std::time::Duration;

/// Reads a network's numbers. Reading changes nothing: what failed may simply be tried again.
#[async_trait]
pub trait MetricsClient: Send + Sync {
    /// The most items that one call of [`MetricsClient::post_metrics`] takes.
    fn batch(&self) -> usize;

    /// Calls that the network takes of one account, and in which time, with room left for publishing.
    fn account_budget(&self) -> (u32, Duration);

    /// Calls that the network takes of one app, and in which time, with room left for publishing.
    fn app_budget(&self) -> (u32, Duration);

    /// The numbers of published items, by their ids on the network. An item that is not there any more is left out.
    async fn post_metrics(
        &self,
        call: &Call<'_>,
        ids: &[String],
    ) -> Result<BTreeMap<String, PostNumbers>, PlatformError>;

    /// The numbers of the account behind the token.
    async fn account_metrics(&self, call: &Call<'_>) -> Result<AccountNumbers, PlatformError>;
}
