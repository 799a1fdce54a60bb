//! The refresh of accounts' tokens ahead of their end, as leased work: so that a publication does not have to wait for it.

use crate::Engine;
use crate::fault::fault;
use crate::tokens::{Renewal, failed_wait};
use fanfare_domain::id::AccountId;
use fanfare_leased_work::{
    Claim, Claims, GiveBack, Held, Lapsed, Lease, Overdue, Queue, Settled, Unfinished, WorkError, WorkKind,
};
use fanfare_storage::DbError;
use fanfare_storage::command::account_tokens::ClaimedRefresh;
use std::sync::Arc;

/// The refreshes of tokens that end soon.
pub struct TokenRefreshes(pub Arc<Engine>);

impl Queue for TokenRefreshes {
    type Id = AccountId;
    type Ticket = ClaimedRefresh;
    type Work = ClaimedRefresh;
    type Outcome = Renewal;

    const KIND: WorkKind = WorkKind::TokenRefresh;

    async fn claim(&self, room: usize) -> Result<Claims<AccountId, ClaimedRefresh>, WorkError> {
        let (refreshes, limit) = (self.0.db.token_refreshes(), i64::try_from(room).unwrap_or(1));
        let claimed =
            refreshes.claim(limit, self.0.options.lease, self.0.clock.now()).await.map_err(fault)?;
        let claim = |it: ClaimedRefresh| Claim { lease: it.lease, lateness: it.lateness, ticket: it };
        Ok(Claims { claimed: claimed.into_iter().map(claim).collect(), more: false })
    }

    async fn load(
        &self,
        claimed: Vec<(Lease<AccountId>, ClaimedRefresh)>,
    ) -> Result<Vec<(Lease<AccountId>, ClaimedRefresh)>, WorkError> {
        Ok(claimed)
    }

    async fn extend(&self, lease: Lease<AccountId>) -> Result<(), WorkError> {
        let (now, lease_for) = (self.0.clock.now(), self.0.options.lease);
        self.0.db.token_refreshes().extend(lease, now, lease_for).await.map_err(fault)
    }

    async fn run(&self, work: &ClaimedRefresh, held: &Held<AccountId>) -> Result<Renewal, Unfinished> {
        Ok(self.0.ask_for_tokens(&work.account, held).await)
    }

    async fn finish(
        &self,
        work: &ClaimedRefresh,
        _held: &Held<AccountId>,
        outcome: &Renewal,
    ) -> Result<Settled, WorkError> {
        match self.0.write_renewal(work, outcome).await {
            Err(DbError::Fenced) => {
                self.0.revoke_unstored(&work.account, outcome).await;
                return Err(WorkError::Fenced);
            }
            written => written.map_err(fault)?,
        }
        Ok(match outcome {
            Renewal::Tokens { .. } => Settled::Done,
            Renewal::Refused { .. } => Settled::Failed,
            Renewal::Failed(_) => Settled::Again,
        })
    }

    async fn give_back(
        &self,
        work: &ClaimedRefresh,
        lease: Lease<AccountId>,
        _why: GiveBack,
    ) -> Result<(), WorkError> {
        let now = self.0.clock.now();
        let again_at = now.plus(failed_wait(work.failures));
        self.0.db.token_refreshes().give_back(lease, Some(again_at), now).await.map_err(fault)
    }

    async fn lapsed(&self, overdue: Overdue, limit: i64) -> Result<Vec<Lease<AccountId>>, WorkError> {
        self.0.db.token_refreshes().lapsed(overdue, limit, self.0.clock.now()).await.map_err(fault)
    }

    async fn retake(&self, lapsed: Lapsed<AccountId>) -> Result<usize, WorkError> {
        self.0.db.token_refreshes().retake(lapsed).await.map_err(fault)
    }
}
