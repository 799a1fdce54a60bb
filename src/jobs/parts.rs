//! Does what services do in parts: files that are written, and files that posts are created from. One piece of a kind at
//! a time on each node: it must be done soon, not at once, and publishing goes first.

use super::fault::fault;
use fanfare_domain::clock::{SharedClock, Timestamp};
use fanfare_domain::retry::backoff;
use fanfare_leased_work::{
    Claim, Claims, GiveBack, Held, Lapsed, Lease, Overdue, Queue, Settled, Unfinished, WorkError, WorkKind,
};
use fanfare_services::parted::{ClaimedParts, PartedWork, Standing};
use std::time::Duration;

/// Between two attempts at a part.
const BASE: Duration = Duration::from_secs(2);
const CAP: Duration = Duration::from_mins(5);

/// The pieces of a service whose work is done in parts.
pub struct Parts<S> {
    pub service: S,
    pub clock: SharedClock,
}

impl<S: PartedWork> Queue for Parts<S> {
    type Id = S::Id;
    type Ticket = ClaimedParts<S::Row, S::Id>;
    type Work = ClaimedParts<S::Row, S::Id>;
    type Outcome = Settled;

    const KIND: WorkKind = S::KIND;

    async fn claim(&self, _room: usize) -> Result<Claims<S::Id, Self::Ticket>, WorkError> {
        let work = self.service.claim().await.map_err(fault)?;
        let claim = |work: Self::Ticket| Claim { lease: work.lease, lateness: work.lateness, ticket: work };
        Ok(Claims { claimed: work.into_iter().map(claim).collect(), more: false })
    }

    async fn load(
        &self,
        claimed: Vec<(Lease<S::Id>, Self::Ticket)>,
    ) -> Result<Vec<(Lease<S::Id>, Self::Work)>, WorkError> {
        Ok(claimed)
    }

    async fn extend(&self, lease: Lease<S::Id>) -> Result<(), WorkError> {
        self.service.extend(lease).await.map_err(fault)
    }

    /// Part after part, each written with the place where the next begins.
    async fn run(&self, work: &Self::Work, held: &Held<S::Id>) -> Result<Settled, Unfinished> {
        let mut work = work.clone();
        let settled = loop {
            match self.service.advance(&mut work).await.map_err(fault)? {
                Standing::Open if held.is_stopping() => return Err(Unfinished::Stopped),
                Standing::Open => {}
                Standing::Done => break Settled::Done,
                Standing::Failed => break Settled::Failed,
            }
        };
        tracing::info!(kind = %S::KIND, id = %work.lease.id, ?settled, "last part written");
        Ok(settled)
    }

    /// The last part has written it.
    async fn finish(
        &self,
        _work: &Self::Work,
        _held: &Held<S::Id>,
        outcome: &Settled,
    ) -> Result<Settled, WorkError> {
        Ok(*outcome)
    }

    async fn give_back(
        &self,
        work: &Self::Work,
        lease: Lease<S::Id>,
        why: GiveBack,
    ) -> Result<(), WorkError> {
        let now = self.clock.now();
        let (at, counted) = match why {
            GiveBack::Stopped => (now, false),
            GiveBack::Failed => (again_at(now, work.attempts), true),
        };
        self.service.give_back(lease, at, counted).await.map_err(fault)
    }

    async fn lapsed(&self, overdue: Overdue, limit: i64) -> Result<Vec<Lease<S::Id>>, WorkError> {
        self.service.lapsed(overdue, limit).await.map_err(fault)
    }

    async fn retake(&self, lapsed: Lapsed<S::Id>) -> Result<usize, WorkError> {
        self.service.retake(lapsed).await.map_err(fault)
    }
}

/// When work is tried again. `attempts`: claims since a part was done.
fn again_at(now: Timestamp, attempts: i32) -> Timestamp {
    now.plus(backoff(u32::try_from(attempts).unwrap_or(1), BASE, CAP, rand::random(), None))
}
