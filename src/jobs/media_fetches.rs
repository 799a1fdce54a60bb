//! Fetches the media that posts name by their addresses, a few at a time: strangers' servers may be slow.

use super::fault::fault;
use fanfare_domain::id::MediaFetchId;
use fanfare_leased_work::{
    Claim, Claims, GiveBack, Held, Lapsed, Lease, Overdue, Queue, Settled, Unfinished, WorkError, WorkKind,
};
use fanfare_services::Services;
use fanfare_services::media::{ClaimedFetch, FetchFailure, Fetched, MediaFetch};
use std::sync::Arc;

/// The fetches of media.
pub struct MediaFetches(pub Arc<Services>);

impl Queue for MediaFetches {
    type Id = MediaFetchId;
    type Ticket = MediaFetch;
    type Work = MediaFetch;
    type Outcome = Fetched;

    const KIND: WorkKind = WorkKind::MediaFetch;

    async fn claim(&self, room: usize) -> Result<Claims<MediaFetchId, MediaFetch>, WorkError> {
        let claimed = self.0.media_fetches().claim(room).await.map_err(fault)?;
        let claim = |it: ClaimedFetch| Claim { lease: it.lease, lateness: it.lateness, ticket: it.fetch };
        Ok(Claims { claimed: claimed.into_iter().map(claim).collect(), more: false })
    }

    async fn load(
        &self,
        claimed: Vec<(Lease<MediaFetchId>, MediaFetch)>,
    ) -> Result<Vec<(Lease<MediaFetchId>, MediaFetch)>, WorkError> {
        Ok(claimed)
    }

    async fn extend(&self, lease: Lease<MediaFetchId>) -> Result<(), WorkError> {
        self.0.media_fetches().extend(lease).await.map_err(fault)
    }

    async fn run(&self, work: &MediaFetch, held: &Held<MediaFetchId>) -> Result<Fetched, Unfinished> {
        tokio::select! {
            fetched = self.0.media_fetches().run(work) => Ok(fetched),
            () = held.lost() => Err(WorkError::Fenced.into()),
            () = held.stopping() => Err(Unfinished::Stopped),
        }
    }

    async fn finish(
        &self,
        work: &MediaFetch,
        held: &Held<MediaFetchId>,
        outcome: &Fetched,
    ) -> Result<Settled, WorkError> {
        self.0.media_fetches().settle(work, held.lease(), outcome).await.map_err(fault)?;
        Ok(match outcome {
            Fetched::Medium(_) => Settled::Done,
            Fetched::Missed(FetchFailure::Again { .. }) => Settled::Again,
            Fetched::Missed(FetchFailure::Final { .. }) => Settled::Failed,
        })
    }

    async fn give_back(
        &self,
        work: &MediaFetch,
        lease: Lease<MediaFetchId>,
        why: GiveBack,
    ) -> Result<(), WorkError> {
        self.0.media_fetches().give_back(work, lease, why == GiveBack::Failed).await.map_err(fault)
    }

    async fn lapsed(&self, overdue: Overdue, limit: i64) -> Result<Vec<Lease<MediaFetchId>>, WorkError> {
        self.0.media_fetches().lapsed(overdue, limit).await.map_err(fault)
    }

    async fn retake(&self, lapsed: Lapsed<MediaFetchId>) -> Result<usize, WorkError> {
        self.0.media_fetches().retake(lapsed).await.map_err(fault)
    }
}
