//! Goes through the files that posts are created from. One at a time on each node: it must be done soon, not at once,
//! and publishing goes first.

use super::fault::fault;
use super::parts::again_at;
use fanfare_domain::id::ImportId;
use fanfare_leased_work::{
    Claim, Claims, GiveBack, Held, Lapsed, Lease, Queue, Settled, Unfinished, WorkError, WorkKind,
};
use fanfare_services::Services;
use fanfare_services::import::ImportAtWork;
use std::sync::Arc;

/// The imports that are asked for.
pub struct Imports(pub Arc<Services>);

impl Queue for Imports {
    type Id = ImportId;
    type Ticket = ImportAtWork;
    type Work = ImportAtWork;
    type Outcome = Settled;

    const KIND: WorkKind = WorkKind::Import;

    async fn claim(&self, _room: usize) -> Result<Claims<ImportId, ImportAtWork>, WorkError> {
        let work = self.0.imports().claim().await.map_err(fault)?;
        let claim =
            |work: ImportAtWork| Claim { lease: work.lease(), lateness: work.lateness(), ticket: work };
        Ok(Claims { claimed: work.into_iter().map(claim).collect(), more: false })
    }

    async fn load(
        &self,
        claimed: Vec<(Lease<ImportId>, ImportAtWork)>,
    ) -> Result<Vec<(Lease<ImportId>, ImportAtWork)>, WorkError> {
        Ok(claimed)
    }

    async fn extend(&self, lease: Lease<ImportId>) -> Result<(), WorkError> {
        self.0.imports().extend(lease).await.map_err(fault)
    }

    /// Part after part, each written with the place where the next begins.
    async fn run(&self, work: &ImportAtWork, held: &Held<ImportId>) -> Result<Settled, Unfinished> {
        let mut work = work.clone();
        while self.0.imports().advance(&mut work).await.map_err(fault)? {
            if held.is_stopping() {
                return Err(Unfinished::Stopped);
            }
        }
        tracing::info!(import = %work.id(), "the import has ended");
        Ok(if work.is_done() { Settled::Done } else { Settled::Failed })
    }

    /// The last part has written it.
    async fn finish(
        &self,
        _work: &ImportAtWork,
        _held: &Held<ImportId>,
        outcome: &Settled,
    ) -> Result<Settled, WorkError> {
        Ok(*outcome)
    }

    async fn give_back(
        &self,
        work: &ImportAtWork,
        lease: Lease<ImportId>,
        why: GiveBack,
    ) -> Result<(), WorkError> {
        let now = self.0.clock().now();
        let (at, counted) = match why {
            GiveBack::Stopped => (now, false),
            GiveBack::Failed => (again_at(now, work.attempts()), true),
        };
        self.0.imports().give_back(lease, at, counted).await.map_err(fault)
    }

    async fn retake(&self, lapsed: Lapsed) -> Result<usize, WorkError> {
        self.0.imports().retake(lapsed).await.map_err(fault)
    }
}
