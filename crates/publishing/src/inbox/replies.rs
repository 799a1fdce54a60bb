//! Replies that are due, as leased work.

use super::reply::send;
use crate::Engine;
use crate::fault::fault;
use fanfare_domain::budget::BudgetRule;
use fanfare_domain::id::InboxReplyId;
use fanfare_domain::platform::Platform;
use fanfare_leased_work::{
    Claim, Claims, Held, Lapsed, Lease, Overdue, Queue, Settled, Unfinished, WorkError, WorkKind,
};
use fanfare_storage::command::claim::Budgets;
use fanfare_storage::rows::InboxReply;
use fanfare_storage::work::inbox::{ClaimedReply, ReplyClaims, ReplyOutcome, ReplyRequest};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The replies on their way.
pub struct Replies(pub Arc<Engine>);

impl Queue for Replies {
    type Id = InboxReplyId;
    type Ticket = InboxReply;
    type Work = InboxReply;
    type Outcome = ReplyOutcome;

    const KIND: WorkKind = WorkKind::Reply;

    async fn claim(&self, room: usize) -> Result<Claims<InboxReplyId, InboxReply>, WorkError> {
        let engine = &self.0;
        let now = engine.clock.now();
        let request = ReplyRequest {
            now,
            limit: i64::try_from(room).unwrap_or(1),
            lease: engine.options.lease,
            resting: engine.breakers.resting(now),
            budgets: budgets(engine),
        };
        let ReplyClaims { claimed, more } = engine.db.reply_queue().claim(request).await.map_err(fault)?;
        let claim = |it: ClaimedReply| Claim { lease: it.lease, lateness: it.lateness, ticket: it.reply };
        Ok(Claims { claimed: claimed.into_iter().map(claim).collect(), more })
    }

    async fn load(
        &self,
        claimed: Vec<(Lease<InboxReplyId>, InboxReply)>,
    ) -> Result<Vec<(Lease<InboxReplyId>, InboxReply)>, WorkError> {
        Ok(claimed)
    }

    async fn extend(&self, lease: Lease<InboxReplyId>) -> Result<(), WorkError> {
        let (now, lease_for) = (self.0.clock.now(), self.0.options.lease);
        self.0.db.reply_queue().extend(lease, now, lease_for).await.map_err(fault)
    }

    async fn run(&self, work: &InboxReply, held: &Held<InboxReplyId>) -> Result<ReplyOutcome, Unfinished> {
        Ok(send(&self.0, held, work).await.map_err(fault)?)
    }

    async fn finish(
        &self,
        work: &InboxReply,
        held: &Held<InboxReplyId>,
        outcome: &ReplyOutcome,
    ) -> Result<Settled, WorkError> {
        let engine = &self.0;
        let (lease, now) = (held.lease(), engine.clock.now());
        let told = engine.db.reply_queue().finish(lease, outcome.clone(), now).await.map_err(fault)?;
        if let Some((workspace, seq)) = told {
            engine.hub.committed(workspace, seq);
        }
        let (platform, word) = (work.platform.as_str(), outcome.as_str());
        metrics::counter!("fanfare_reply_outcomes_total", "platform" => platform, "outcome" => word)
            .increment(1);
        tracing::info!(reply = %work.id, platform, outcome = word, "reply ended");
        Ok(match outcome {
            ReplyOutcome::Confirmed { .. } => Settled::Done,
            ReplyOutcome::Refused { .. } | ReplyOutcome::Unclear { .. } => Settled::Failed,
            ReplyOutcome::Again { .. } => Settled::Again,
        })
    }

    async fn lapsed(&self, overdue: Overdue, limit: i64) -> Result<Vec<Lease<InboxReplyId>>, WorkError> {
        self.0.db.reply_queue().lapsed(overdue, limit, self.0.clock.now()).await.map_err(fault)
    }

    async fn retake(&self, lapsed: Lapsed<InboxReplyId>) -> Result<usize, WorkError> {
        self.0.db.reply_queue().retake(lapsed, self.0.clock.now()).await.map_err(fault)
    }
}

fn budgets(engine: &Engine) -> BTreeMap<Platform, Budgets> {
    let registry = &engine.registry;
    let rule = |(capacity, per)| BudgetRule { capacity, per };
    let known = registry.all().filter_map(|clients| {
        let limits = clients.inbox.as_ref()?.inbox_limits();
        let budgets = Budgets { app: rule(limits.app_replies), account: rule(limits.account_replies) };
        Some((clients.platform, budgets))
    });
    known.collect()
}
