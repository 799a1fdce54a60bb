//! A callback that comes again: browsers repeat requests, and who is sent back twice is to see one outcome.

use super::Connections;
use super::complete::{Answer, Confirmation, Connected, confirmed};
use crate::context::{Committed, ServiceResult};
use fanfare_auth::{Action, OauthState};
use fanfare_domain::id::AccountId;
use fanfare_domain::platform::Platform;
use fanfare_storage::rows::OauthState as StateRow;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long the outcome of a consent that is being ended is waited for: about as long as a network may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Between two looks for it. The row is the condition; there is no signal between nodes for it.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

impl Connections {
    /// Ends a consent with the network's answer, perhaps not for the first time: whoever began it gets the same success
    /// again for as long as the state would have been valid. `platform`: whose callback was called; `None` where none was.
    pub async fn called_back(
        &self,
        confirmation: Confirmation<'_>,
        platform: Option<Platform>,
        state: &str,
        answer: Answer,
    ) -> ServiceResult<Committed<Connected>> {
        // A refusal is never the answer that connected an account.
        let may_repeat = matches!(answer, Answer::Code(_));
        match self.complete(confirmation, platform, state, answer).await {
            Err(error) if may_repeat => self.connected_by(confirmation, platform, state).await?.ok_or(error),
            outcome => outcome,
        }
    }

    /// The account that the state has connected; `None`: none, or for somebody else.
    async fn connected_by(
        &self,
        confirmation: Confirmation<'_>,
        platform: Option<Platform>,
        state: &str,
    ) -> ServiceResult<Option<Committed<Connected>>> {
        let Some(hash) = OauthState::parse(state).map(|state| state.hash().to_text()) else {
            return Ok(None);
        };
        let give_up = Instant::now() + PATIENCE;
        loop {
            let used = self.context.db.oauth_states().used(&hash, self.context.clock.now()).await?;
            let own = |row: &StateRow| {
                platform.is_none_or(|platform| platform == row.platform)
                    && confirmed(confirmation, row).is_ok()
            };
            let Some(row) = used.filter(own) else { return Ok(None) };
            if let Some(id) = row.connected_account_id {
                // Whoever has left the workspace since sees nothing of it, and a key of the user may have fewer scopes.
                if let Confirmation::Actor(actor) = confirmation {
                    self.context.authorize(actor, row.workspace_id, Action::ManageAccounts).await?;
                }
                self.authorize_starter(&row).await?;
                let account = self.context.db.accounts().shown(row.workspace_id, &[id]).await?.pop();
                let connected = |account| Connected { account, redirect_to: row.redirect_to };
                return Ok(account.map(|it| Committed::before(row.workspace_id, None, connected(it))));
            }
            if Instant::now() > give_up {
                return Ok(None);
            }
            sleep(LOOK_AGAIN).await;
        }
    }

    /// Keeps what came of a consent. Without it, who comes again is told that the consent is used.
    pub(super) async fn keep_outcome(&self, hash: &str, row: &StateRow, account: Option<AccountId>) {
        let states = self.context.db.oauth_states();
        let kept = match account {
            Some(account) => states.keep_outcome(hash, account).await,
            None => states.forget(hash).await,
        };
        if let Err(error) = kept {
            tracing::warn!(%error, "the outcome of a consent is not kept");
        }
        if account.is_some() {
            self.count_success(row.user_id).await;
        }
    }
}
