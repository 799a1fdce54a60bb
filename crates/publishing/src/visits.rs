//! The visits to accounts' networks for numbers, as leased work.

use crate::Engine;
use crate::fault::fault;
use crate::metrics_visit::visit;
use fanfare_domain::id::AccountId;
use fanfare_domain::retry::backoff;
use fanfare_leased_work::{
    Claim, Claims, GiveBack, Held, Lapsed, Lease, Overdue, Queue, Settled, Unfinished, WorkError, WorkKind,
};
use fanfare_storage::DbError;
use fanfare_storage::command::measured::{Visit, VisitEnd};
use std::sync::Arc;
use std::time::Duration;

/// Rows made in one round for what was connected or published since the last.
const ENROLLED: i64 = 200;
/// A fresh publication is first looked at after this.
const FIRST_LOOK: Duration = Duration::from_mins(1);
/// A visit that came to no end, as the database did not answer.
const AGAIN_BASE: Duration = Duration::from_secs(10);
const AGAIN_CAP: Duration = Duration::from_hours(1);

/// The visits for numbers.
pub struct MetricsVisits(pub Arc<Engine>);

impl Queue for MetricsVisits {
    type Id = AccountId;
    type Ticket = Visit;
    type Work = Visit;
    type Outcome = VisitEnd;

    const KIND: WorkKind = WorkKind::MetricsVisit;

    async fn claim(&self, room: usize) -> Result<Claims<AccountId, Visit>, WorkError> {
        let (queue, limit) = (self.0.db.metrics_queue(), i64::try_from(room).unwrap_or(1));
        let visits = queue.claim(limit, self.0.options.lease, self.0.clock.now()).await.map_err(fault)?;
        let claim = |visit: Visit| Claim { lease: visit.lease, lateness: visit.lateness, ticket: visit };
        Ok(Claims { claimed: visits.into_iter().map(claim).collect(), more: false })
    }

    async fn load(
        &self,
        claimed: Vec<(Lease<AccountId>, Visit)>,
    ) -> Result<Vec<(Lease<AccountId>, Visit)>, WorkError> {
        Ok(claimed)
    }

    async fn extend(&self, lease: Lease<AccountId>) -> Result<(), WorkError> {
        let (now, lease_for) = (self.0.clock.now(), self.0.options.lease);
        self.0.db.metrics_queue().extend(lease, now, lease_for).await.map_err(fault)
    }

    async fn run(&self, work: &Visit, held: &Held<AccountId>) -> Result<VisitEnd, Unfinished> {
        Ok(visit(&self.0, work, held).await.map_err(fault)?)
    }

    async fn finish(
        &self,
        _work: &Visit,
        held: &Held<AccountId>,
        outcome: &VisitEnd,
    ) -> Result<Settled, WorkError> {
        self.0
            .db
            .metrics_queue()
            .end_visit(held.lease(), *outcome, self.0.clock.now())
            .await
            .map_err(fault)?;
        Ok(if *outcome == VisitEnd::Done { Settled::Done } else { Settled::Again })
    }

    async fn give_back(&self, work: &Visit, lease: Lease<AccountId>, why: GiveBack) -> Result<(), WorkError> {
        let now = self.0.clock.now();
        let end = match why {
            GiveBack::Stopped => VisitEnd::Wait(now),
            GiveBack::Failed => {
                let failures = u32::try_from(work.failures).unwrap_or(0).saturating_add(1);
                let wait = backoff(failures, AGAIN_BASE, AGAIN_CAP, rand::random(), None);
                VisitEnd::Failed(now.plus(wait))
            }
        };
        self.0.db.metrics_queue().end_visit(lease, end, now).await.map_err(fault)
    }

    async fn lapsed(&self, overdue: Overdue, limit: i64) -> Result<Vec<Lease<AccountId>>, WorkError> {
        self.0.db.metrics_queue().lapsed(overdue, limit, self.0.clock.now()).await.map_err(fault)
    }

    async fn retake(&self, lapsed: Lapsed<AccountId>) -> Result<usize, WorkError> {
        self.0.db.metrics_queue().retake(lapsed).await.map_err(fault)
    }
}

/// Gives rows to what was connected or published since the last time; answers whether there was anything.
pub async fn enrol_measured(engine: &Engine) -> Result<bool, DbError> {
    let now = engine.clock.now();
    let new = engine.db.metrics_queue().unmeasured(ENROLLED).await?;
    if new.is_empty() {
        return Ok(false);
    }
    let first_look = now.plus(FIRST_LOOK.min(engine.options.metrics_interval));
    engine.db.metrics_queue().enrol(new, now, first_look).await?;
    Ok(true)
}
