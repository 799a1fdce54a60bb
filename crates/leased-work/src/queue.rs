use crate::{Held, Lapsed, Lease, Overdue, Unfinished, WorkError, WorkKind};
use std::fmt::{Debug, Display};
use std::future::Future;
use std::time::Duration;

/// A kind of work: where it is claimed, how it is done, and how its outcome is written.
///
/// Everything that is written about a piece is fenced by the token of its lease: [`WorkError::Fenced`] where someone
/// has taken over, and then nothing is written.
pub trait Queue: Send + Sync + 'static {
    /// What names a piece.
    type Id: Copy + Eq + Debug + Display + Send + Sync + 'static;
    /// What a claim gives.
    type Ticket: Clone + Send + Sync + 'static;
    /// A piece with everything that is needed to do it.
    type Work: Send + Sync + 'static;
    /// What came of it, as it is to be written.
    type Outcome: Send + Sync + 'static;

    const KIND: WorkKind;

    /// Claims what is due, at most `room` pieces. Never waits for a lock that another node holds.
    fn claim(
        &self,
        room: usize,
    ) -> impl Future<Output = Result<Claims<Self::Id, Self::Ticket>, WorkError>> + Send;

    /// Reads what is needed for claimed pieces, for all of them at once. What is gone meanwhile is left out.
    fn load(&self, claimed: Vec<Leased<Self::Id, Self::Ticket>>)
    -> impl Future<Output = Loaded<Self>> + Send;

    /// Extends a lease that is held by the kind's lease time, from the database's present.
    fn extend(&self, lease: Lease<Self::Id>) -> impl Future<Output = Result<(), WorkError>> + Send;

    /// Does a piece, as far as it goes now.
    fn run(
        &self,
        work: &Self::Work,
        held: &Held<Self::Id>,
    ) -> impl Future<Output = Result<Self::Outcome, Unfinished>> + Send;

    /// Writes what came of it, and with it gives the lease back. May be called again where it was [`WorkError::Unavailable`].
    fn finish(
        &self,
        work: &Self::Work,
        held: &Held<Self::Id>,
        outcome: &Self::Outcome,
    ) -> impl Future<Output = Result<Settled, WorkError>> + Send;

    /// Gives a piece back that has no outcome. As it stands here, the lease is left to lapse: what such a run has begun
    /// is settled by the takeover.
    fn give_back(
        &self,
        work: &Self::Work,
        lease: Lease<Self::Id>,
        why: GiveBack,
    ) -> impl Future<Output = Result<(), WorkError>> + Send {
        let _ = (work, lease, why);
        async { Ok(()) }
    }

    /// Leases that are to be watched ([`Overdue::watches`]), at most `limit`, those first that end first.
    fn lapsed(
        &self,
        overdue: Overdue,
        limit: i64,
    ) -> impl Future<Output = Result<Vec<Lease<Self::Id>>, WorkError>> + Send;

    /// Takes pieces from holders that are gone, so that they are due again; answers how many. A lease that is no longer as
    /// it was seen is left alone.
    fn retake(&self, lapsed: Lapsed<Self::Id>) -> impl Future<Output = Result<usize, WorkError>> + Send;
}

/// What a look at a queue gave.
#[derive(Debug)]
pub struct Claims<I, T> {
    pub claimed: Vec<Claim<I, T>>,
    /// There may be more that can be claimed, as something due was locked by another node, or put off: look again soon.
    pub more: bool,
}

/// A piece that this process now holds.
#[derive(Debug)]
pub struct Claim<I, T> {
    pub lease: Lease<I>,
    /// How long after its time it was claimed.
    pub lateness: Duration,
    pub ticket: T,
}

/// A lease with what is held under it.
pub type Leased<I, T> = (Lease<I>, T);

/// What reading claimed pieces gives.
pub type Loaded<Q> = Result<Vec<Leased<<Q as Queue>::Id, <Q as Queue>::Work>>, WorkError>;

/// Why a piece is given back without an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GiveBack {
    /// The process is stopping: another worker may continue it at once.
    Stopped,
    /// It could not continue here: again after a wait.
    Failed,
}

/// How a piece ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    Done,
    /// For good.
    Failed,
    /// For now: it is due again later.
    Again,
}

impl Settled {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Again => "again",
        }
    }
}
