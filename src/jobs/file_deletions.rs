//! Deletes files that no media row names: of media that were deleted, and of uploads that did not end.

use super::fault::fault;
use fanfare_domain::id::UnownedFileId;
use fanfare_leased_work::{
    Claim, Claims, GiveBack, Held, Lapsed, Lease, Overdue, Queue, Settled, Unfinished, WorkError, WorkKind,
};
use fanfare_services::Services;
use fanfare_services::media::ClaimedFile;
use std::sync::Arc;

/// Files that are to be deleted.
pub struct FileDeletions(pub Arc<Services>);

impl Queue for FileDeletions {
    type Id = UnownedFileId;
    type Ticket = ClaimedFile;
    type Work = ClaimedFile;
    type Outcome = ();

    const KIND: WorkKind = WorkKind::FileDeletion;

    async fn claim(&self, room: usize) -> Result<Claims<UnownedFileId, ClaimedFile>, WorkError> {
        let claimed = self.0.file_deletions().claim(room).await.map_err(fault)?;
        let claim = |it: ClaimedFile| Claim { lease: it.lease, lateness: it.lateness, ticket: it };
        Ok(Claims { claimed: claimed.into_iter().map(claim).collect(), more: false })
    }

    async fn load(
        &self,
        claimed: Vec<(Lease<UnownedFileId>, ClaimedFile)>,
    ) -> Result<Vec<(Lease<UnownedFileId>, ClaimedFile)>, WorkError> {
        Ok(claimed)
    }

    async fn extend(&self, lease: Lease<UnownedFileId>) -> Result<(), WorkError> {
        self.0.file_deletions().extend(lease).await.map_err(fault)
    }

    async fn run(&self, work: &ClaimedFile, _held: &Held<UnownedFileId>) -> Result<(), Unfinished> {
        Ok(self.0.file_deletions().run(work).await.map_err(fault)?)
    }

    async fn finish(
        &self,
        _work: &ClaimedFile,
        held: &Held<UnownedFileId>,
        _outcome: &(),
    ) -> Result<Settled, WorkError> {
        self.0.file_deletions().settle(held.lease()).await.map_err(fault)?;
        Ok(Settled::Done)
    }

    async fn give_back(
        &self,
        work: &ClaimedFile,
        lease: Lease<UnownedFileId>,
        why: GiveBack,
    ) -> Result<(), WorkError> {
        self.0.file_deletions().give_back(work, lease, why == GiveBack::Failed).await.map_err(fault)
    }

    async fn lapsed(&self, overdue: Overdue, limit: i64) -> Result<Vec<Lease<UnownedFileId>>, WorkError> {
        self.0.file_deletions().lapsed(overdue, limit).await.map_err(fault)
    }

    async fn retake(&self, lapsed: Lapsed<UnownedFileId>) -> Result<usize, WorkError> {
        self.0.file_deletions().retake(lapsed).await.map_err(fault)
    }
}
