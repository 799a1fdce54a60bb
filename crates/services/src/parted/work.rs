use super::ClaimedParts;
use crate::context::{Context, ServiceResult};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::Seq;
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::work::{Lapsed, Lease, Overdue, WorkKind};
use std::fmt::{Debug, Display};
use std::future::Future;
use std::time::Duration;

/// Where a piece of work stands after one of its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A part is left.
    Open,
    /// Every part is done.
    Done,
    /// It is given up.
    Failed,
}

/// A service whose work is done in parts: a worker claims a piece and does part after part, each in one transaction
/// with the place where the next begins.
///
/// What is written under a lease that is no longer held changes nothing and is an error.
pub trait PartedWork: Send + Sync + 'static {
    /// What names a piece.
    type Id: Copy + Eq + Debug + Display + Send + Sync + 'static;
    /// A piece as it is stored.
    type Row: Clone + Debug + Send + Sync + 'static;

    const KIND: WorkKind;

    /// Claims the piece that has waited longest.
    fn claim(&self) -> impl Future<Output = ServiceResult<Option<ClaimedParts<Self::Row, Self::Id>>>> + Send;

    /// Does the next part of a claimed piece and writes it. The row is then the piece as it is stored after it.
    fn advance(
        &self,
        work: &mut ClaimedParts<Self::Row, Self::Id>,
    ) -> impl Future<Output = ServiceResult<Standing>> + Send;

    /// Extends a lease by the time that leases last.
    fn extend(&self, lease: Lease<Self::Id>) -> impl Future<Output = ServiceResult<()>> + Send;

    /// Gives a claim back, to be claimed again at `at`. `counted`: the claim counts as an attempt;
    /// else they begin again.
    fn give_back(
        &self,
        lease: Lease<Self::Id>,
        at: Timestamp,
        counted: bool,
    ) -> impl Future<Output = ServiceResult<()>> + Send;

    /// Leases that are overdue, at most `limit`, those first that end first.
    fn lapsed(
        &self,
        overdue: Overdue,
        limit: i64,
    ) -> impl Future<Output = ServiceResult<Vec<Lease<Self::Id>>>> + Send;

    /// Takes pieces from workers that are gone; returns how many.
    fn retake(&self, lapsed: Lapsed<Self::Id>) -> impl Future<Output = ServiceResult<usize>> + Send;
}

impl Context {
    /// The present, and how long a lease lasts.
    pub(crate) fn lease_terms(&self) -> (Timestamp, Duration) {
        (self.clock.now(), self.options.lease)
    }

    /// What a look at the queue gave, once the event of a piece that was given up there is announced.
    pub(crate) fn claimed<T>(&self, (claimed, given_up): (T, Option<(WorkspaceId, Seq)>)) -> T {
        if let Some((workspace, seq)) = given_up {
            self.hub.committed(workspace, seq);
        }
        claimed
    }
}
