//! Whose an item is that a read-back found: two posts of the same words on one account look alike on the network.

use crate::Engine;
use crate::work::Work;
use fanfare_platform_api::PublishingClient;
use fanfare_storage::DbError;
use fanfare_storage::rows::Step;
use serde_json::Value;
use std::time::Duration;

/// A call that was over this long before another was sent cannot have made the other's item, whatever the clocks say.
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
        let (target, since) = (&work.target, step.sent_at.minus(APART));
        let claimed = self.db.claimed();
        let open =
            claimed.open_publications(target.workspace_id, target.account_id, target.id, since).await?;
        let mut others = open.into_iter().map(|rows| Work::new(self, rows));
        Ok(others.any(|other| client.is_ambiguous(evidence, &work.input, &other.input)))
    }
}
