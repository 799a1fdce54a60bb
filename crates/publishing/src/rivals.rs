//! Whose an item is that a read-back found: two posts of the same words on one account look alike on the network.

use crate::Engine;
use crate::work::Work;
use fanfare_platform_api::PublishingClient;
use fanfare_storage::DbError;
use fanfare_storage::rows::Step;
use serde_json::Value;
use std::time::Duration;

/// A call that was over this long before another was sent cannot have made the other's item. Both clocks must say so, the
/// network's and this server's, which may have been set in between.
const APART: Duration = Duration::from_mins(10);

/// What a person is told.
pub const UNDECIDED: &str = "It may have been published, or another post with the same words was: both answers were lost, \
                             and on the network the two look the same. Look at the network and decide for both.";

impl Engine {
    /// Whether the item that was found, with this evidence, could belong to another target of the account whose outcome is
    /// open too. A guess would join one post to the other's item, and send the other again or never.
    pub(super) async fn has_rival(
        &self,
        client: &dyn PublishingClient,
        work: &Work,
        step: &Step,
        evidence: &Value,
    ) -> Result<bool, DbError> {
        let is_same =
            |it: &&Step| it.phase == step.phase && it.name == step.name && it.step_key == step.step_key;
        // Any of the step's calls may have made the item.
        let calls = || work.ledger.iter().filter(is_same);
        let since = calls().map(|it| it.sent_at).fold(step.sent_at, Ord::min).minus(APART);
        let network_since = calls().filter_map(|it| it.network_sent_at).min().map(|at| at.minus(APART));
        let (target, claimed) = (&work.target, self.db.claimed());
        let open = claimed
            .open_publications(target.workspace_id, target.account_id, target.id, since, network_since)
            .await?;
        let mut others = open.into_iter().map(|rows| Work::new(self, rows));
        Ok(others.any(|other| client.is_ambiguous(evidence, &work.input, &other.input)))
    }
}
