//! Writes the exports that are asked for. One at a time on each node: it must be done soon, not at once,
//! and publishing goes first.

use super::fault::fault;
use super::parts::again_at;
use fanfare_domain::id::ExportId;
use fanfare_leased_work::{
    Claim, Claims, GiveBack, Held, Lapsed, Lease, Queue, Settled, Unfinished, WorkError, WorkKind,
};
use fanfare_services::Services;
use fanfare_services::export::ExportAtWork;
use std::sync::Arc;

/// The exports that are asked for.
pub struct Exports(pub Arc<Services>);

impl Queue for Exports {
    type Id = ExportId;
    type Ticket = ExportAtWork;
    type Work = ExportAtWork;
    type Outcome = Settled;

    const KIND: WorkKind = WorkKind::Export;

    async fn claim(&self, _room: usize) -> Result<Claims<ExportId, ExportAtWork>, WorkError> {
        let work = self.0.exports().claim().await.map_err(fault)?;
        let claim =
            |work: ExportAtWork| Claim { lease: work.lease(), lateness: work.lateness(), ticket: work };
        Ok(Claims { claimed: work.into_iter().map(claim).collect(), more: false })
    }

    async fn load(
        &self,
        claimed: Vec<(Lease<ExportId>, ExportAtWork)>,
    ) -> Result<Vec<(Lease<ExportId>, ExportAtWork)>, WorkError> {
        Ok(claimed)
    }

    async fn extend(&self, lease: Lease<ExportId>) -> Result<(), WorkError> {
        self.0.exports().extend(lease).await.map_err(fault)
    }

    /// Part after part, each written with the place where the next begins.
    async fn run(&self, work: &ExportAtWork, held: &Held<ExportId>) -> Result<Settled, Unfinished> {
        let mut work = work.clone();
        while self.0.exports().write(&mut work).await.map_err(fault)? {
            if held.is_stopping() {
                return Err(Unfinished::Stopped);
            }
        }
        tracing::info!(export = %work.id(), "the export has ended");
        Ok(if work.is_done() { Settled::Done } else { Settled::Failed })
    }

    /// The last part has written it.
    async fn finish(
        &self,
        _work: &ExportAtWork,
        _held: &Held<ExportId>,
        outcome: &Settled,
    ) -> Result<Settled, WorkError> {
        Ok(*outcome)
    }

    async fn give_back(
        &self,
        work: &ExportAtWork,
        lease: Lease<ExportId>,
        why: GiveBack,
    ) -> Result<(), WorkError> {
        let now = self.0.clock().now();
        let (at, counted) = match why {
            GiveBack::Stopped => (now, false),
            GiveBack::Failed => (again_at(now, work.attempts()), true),
        };
        self.0.exports().give_back(lease, at, counted).await.map_err(fault)
    }

    async fn retake(&self, lapsed: Lapsed) -> Result<usize, WorkError> {
        self.0.exports().retake(lapsed).await.map_err(fault)
    }
}
