//! Has each active account's inbox looked at, politely: at most as often as its network wants, spread over the time.

use super::look::{LONGEST_WAIT, Looked, longer, look};
use crate::Engine;
use crate::fault::fault;
use fanfare_domain::budget::BudgetRule;
use fanfare_domain::id::{AccountId, WorkspaceId};
use fanfare_domain::platform::Platform;
use fanfare_leased_work::{
    Claim, Claims, GiveBack, Held, Lapsed, Lease, Overdue, Queue, Settled, Unfinished, WorkError, WorkKind,
};
use fanfare_platform_api::{InboxClient, InboxLimits, PlatformClients};
use fanfare_storage::DbError;
use fanfare_storage::rows::NewInboxMark;
use fanfare_storage::work::inbox::{Look, LookClaims, LookRequest};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Accounts enrolled in one round, at most.
const ENROLLED: i64 = 200;

/// The looks at the accounts' inboxes.
pub struct InboxPolls(pub Arc<Engine>);

impl Queue for InboxPolls {
    type Id = AccountId;
    type Ticket = Look;
    type Work = Look;
    type Outcome = Looked;

    const KIND: WorkKind = WorkKind::InboxPoll;

    async fn claim(&self, room: usize) -> Result<Claims<AccountId, Look>, WorkError> {
        let engine = &self.0;
        let now = engine.clock.now();
        let rule = |(capacity, per)| BudgetRule { capacity, per };
        let budgets = limits(engine).into_iter().map(|(platform, limits)| (platform, rule(limits.app_looks)));
        let resting = engine.breakers.resting(now).and(engine.look_breakers.resting(now));
        let request = LookRequest {
            now,
            limit: i64::try_from(room).unwrap_or(1),
            lease: engine.options.lease,
            resting,
            budgets: budgets.collect(),
        };
        let LookClaims { claimed, more } = engine.db.inbox_looks().claim(request).await.map_err(fault)?;
        let claim = |look: Look| Claim { lease: look.lease, lateness: look.lateness, ticket: look };
        Ok(Claims { claimed: claimed.into_iter().map(claim).collect(), more })
    }

    async fn load(
        &self,
        claimed: Vec<(Lease<AccountId>, Look)>,
    ) -> Result<Vec<(Lease<AccountId>, Look)>, WorkError> {
        Ok(claimed)
    }

    async fn extend(&self, lease: Lease<AccountId>) -> Result<(), WorkError> {
        let (now, lease_for) = (self.0.clock.now(), self.0.options.lease);
        self.0.db.inbox_looks().extend(lease, now, lease_for).await.map_err(fault)
    }

    async fn run(&self, work: &Look, held: &Held<AccountId>) -> Result<Looked, Unfinished> {
        Ok(look(&self.0, work, held).await.map_err(fault)?)
    }

    async fn finish(
        &self,
        work: &Look,
        held: &Held<AccountId>,
        outcome: &Looked,
    ) -> Result<Settled, WorkError> {
        let (engine, looks) = (&self.0, self.0.db.inbox_looks());
        let now = engine.clock.now();
        match outcome.clone() {
            Looked::Found(found) => {
                let received = looks.receive(held.lease(), work.account.clone(), found, now);
                if let Some(seq) = received.await.map_err(fault)? {
                    engine.hub.committed(work.account.workspace_id, seq);
                }
                Ok(Settled::Done)
            }
            Looked::Failed { words, next_at } => {
                looks.failed(held.lease(), words, next_at, now).await.map_err(fault)?;
                Ok(Settled::Again)
            }
        }
    }

    /// What was found could not be stored, which no look ends well with: it counts as one that failed, so that the network
    /// is asked ever more seldom.
    async fn give_back(&self, work: &Look, lease: Lease<AccountId>, _why: GiveBack) -> Result<(), WorkError> {
        let (engine, now) = (&self.0, self.0.clock.now());
        let limits = engine.registry.inbox(work.account.platform).map(InboxClient::inbox_limits);
        let wait = limits.map_or(LONGEST_WAIT, |limits| longer(engine.look_every(&limits), work.failures));
        let words = "What was found could not be stored.".to_owned();
        engine.db.inbox_looks().failed(lease, words, now.plus(wait), now).await.map_err(fault)
    }

    async fn lapsed(&self, overdue: Overdue, limit: i64) -> Result<Vec<Lease<AccountId>>, WorkError> {
        self.0.db.inbox_looks().lapsed(overdue, limit, self.0.clock.now()).await.map_err(fault)
    }

    async fn retake(&self, lapsed: Lapsed<AccountId>) -> Result<usize, WorkError> {
        self.0.db.inbox_looks().retake(lapsed).await.map_err(fault)
    }
}

fn limits(engine: &Engine) -> BTreeMap<Platform, InboxLimits> {
    let registry = &engine.registry;
    let limits = |clients: &PlatformClients| Some((clients.platform, clients.inbox.as_ref()?.inbox_limits()));
    registry.all().filter_map(limits).collect()
}

/// Notices accounts that were connected; each begins at a time of its own. Answers whether there were any.
pub async fn enrol_inboxes(engine: &Engine) -> Result<bool, DbError> {
    let (looks, limits) = (engine.db.inbox_looks(), limits(engine));
    let platforms: Vec<Platform> = limits.keys().copied().collect();
    let new: Vec<(AccountId, WorkspaceId, Platform)> = looks.unmarked(&platforms, ENROLLED).await?;
    if new.is_empty() {
        return Ok(false);
    }
    let now = engine.clock.now();
    let mark = |(account_id, workspace_id, platform): (AccountId, WorkspaceId, Platform)| {
        let every = engine.look_every(limits.get(&platform)?);
        let look_at = now.plus(every.mul_f64(rand::random()));
        Some(NewInboxMark { account_id, workspace_id, look_at, failures: 0, lease_token: 0 })
    };
    looks.enrol(new.into_iter().filter_map(mark).collect()).await?;
    Ok(true)
}

impl Engine {
    /// Between two looks at one account of a network.
    pub(super) fn look_every(&self, limits: &InboxLimits) -> Duration {
        self.options.inbox_poll.unwrap_or(limits.look_every)
    }
}
