//! Commands: each is one transaction, and what must follow its commit (the wake-up of subscribers and workers, the
//! invalidation of cached reads, the position for read-your-writes) follows for all of them here.

use super::mutation_key::{FirstResult, Keyed, MutationKey};
use super::{Context, ServiceError, ServiceResult};
use fanfare_domain::event::{Cursor, Seq};
use fanfare_domain::id::{UserId, WorkspaceId};
use fanfare_storage::command::idempotent::KeyedInput;
use fanfare_storage::connection::share;
use std::future::Future;
use std::sync::Arc;

/// What the transaction of a command returns: a value, and how far the log of each workspace is after it.
pub trait Commit: Send + 'static {
    type Value: Send + 'static;

    /// The value, and the workspaces with their positions. `home`: the workspace of a position that stands alone.
    fn into_parts(self, home: WorkspaceId) -> (Self::Value, Vec<(WorkspaceId, Seq)>);
}

impl Commit for Seq {
    type Value = ();

    fn into_parts(self, home: WorkspaceId) -> ((), Vec<(WorkspaceId, Seq)>) {
        ((), vec![(home, self)])
    }
}

impl<T: Send + 'static> Commit for (T, Seq) {
    type Value = T;

    fn into_parts(self, home: WorkspaceId) -> (T, Vec<(WorkspaceId, Seq)>) {
        (self.0, vec![(home, self.1)])
    }
}

/// `None`: nothing was written.
impl<T: Send + 'static> Commit for (T, Option<Seq>) {
    type Value = T;

    fn into_parts(self, home: WorkspaceId) -> (T, Vec<(WorkspaceId, Seq)>) {
        (self.0, self.1.map(|seq| (home, seq)).into_iter().collect())
    }
}

/// Of a command that changes several workspaces.
impl<T: Send + 'static> Commit for (T, Vec<(WorkspaceId, Seq)>) {
    type Value = T;

    fn into_parts(self, _: WorkspaceId) -> (T, Vec<(WorkspaceId, Seq)>) {
        self
    }
}

/// The outcome of a command whose commit has been announced. The value comes with its position: whoever answers a
/// request reports it (`X-Fanfare-Seq`), so that the client reads what it wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Committed<T> {
    value: T,
    position: Option<Cursor>,
}

impl<T> Committed<T> {
    /// Of a command that had nothing to do.
    pub(crate) fn unchanged(value: T) -> Self {
        Self { value, position: None }
    }

    /// Of an earlier command, whose value is read again.
    pub(crate) fn before(workspace_id: WorkspaceId, seq: Option<Seq>, value: T) -> Self {
        Self { value, position: seq.map(|seq| Cursor { workspace_id, seq }) }
    }

    /// What the command returned, by reference: the position stays with it.
    pub fn value(&self) -> &T {
        &self.value
    }

    /// The event that the command ended with; `None` where it changed nothing.
    pub fn position(&self) -> Option<Cursor> {
        self.position
    }

    /// The value, and how far the workspace's log is after the command; `None` where it changed nothing.
    pub fn into_parts(self) -> (T, Option<Seq>) {
        (self.value, self.position.map(|position| position.seq))
    }

    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Committed<U> {
        Committed { value: make(self.value), position: self.position }
    }

    /// Reads what is returned in place of the value, now that the commit has been announced.
    pub(crate) async fn read<U, F>(self, read: impl FnOnce(T) -> F) -> ServiceResult<Committed<U>>
    where
        F: Future<Output = ServiceResult<U>>,
    {
        Ok(Committed { value: read(self.value).await?, position: self.position })
    }
}

/// What a command of any workspaces returns: a value, the workspace whose position the client is told, and how far the
/// log of each workspace is after it.
pub(crate) type Commits<T> = (T, Option<WorkspaceId>, Vec<(WorkspaceId, Seq)>);

impl Context {
    /// Runs a command in a task of its own, which a closed connection does not cancel, and announces its commit.
    /// `home`: the workspace whose position the client is told. In `work` nothing that can fail follows the last
    /// write: a commit whose task fails is announced by nobody.
    pub(crate) async fn command<C, E, F>(
        self: &Arc<Self>,
        home: WorkspaceId,
        work: impl FnOnce(Arc<Self>) -> F,
    ) -> ServiceResult<Committed<C::Value>>
    where
        C: Commit,
        E: Into<ServiceError> + Send + 'static,
        F: Future<Output = Result<C, E>> + Send + 'static,
    {
        let work = work(Arc::clone(self));
        let anywhere = |_| async move {
            let (value, commits) = work.await.map_err(Into::into)?.into_parts(home);
            Ok((value, Some(home), commits))
        };
        self.command_anywhere(anywhere).await
    }

    /// The same for a command that finds out itself which workspaces it changes.
    pub(crate) async fn command_anywhere<T, F>(
        self: &Arc<Self>,
        work: impl FnOnce(Arc<Self>) -> F,
    ) -> ServiceResult<Committed<T>>
    where
        T: Send + 'static,
        F: Future<Output = ServiceResult<Commits<T>>> + Send + 'static,
    {
        let (work, hub) = (work(Arc::clone(self)), Arc::clone(&self.hub));
        uncancelled(async move {
            let (value, home, commits) = work.await?;
            for (workspace, seq) in &commits {
                hub.committed(*workspace, *seq);
            }
            let position = commits.into_iter().find(|(workspace, _)| Some(*workspace) == home);
            let position = position.map(|(workspace_id, seq)| Cursor { workspace_id, seq });
            Ok(Committed { value, position })
        })
        .await
    }

    /// A command that takes effect once under a key. The key is looked up ahead of all other checks: what was true for
    /// the first call (a time that lay ahead, a post that was a draft) need not be for its repetition.
    ///
    /// `first` validates and runs the command, which stores the key in its transaction. `again` reads what an earlier
    /// call returned, by the ids that were stored.
    pub(crate) async fn idempotent<T, A, F>(
        &self,
        key: Option<MutationKey>,
        (workspace, user): (WorkspaceId, UserId),
        again: impl FnOnce(FirstResult) -> A,
        first: impl FnOnce(Option<KeyedInput>) -> F,
    ) -> ServiceResult<Committed<T>>
    where
        A: Future<Output = ServiceResult<T>>,
        F: Future<Output = ServiceResult<Committed<T>>>,
    {
        match self.look_up_key(key, workspace, user).await? {
            Keyed::Run(key) => first(key).await,
            Keyed::Replay(stored) => {
                let value = again(stored).await?;
                let seq = self.db.events().last_seq(workspace).await?;
                // The first call may have been on another node.
                self.hub.met(workspace, seq);
                Ok(Committed::before(workspace, Some(seq), value))
            }
        }
    }
}

/// Runs work in a task of its own, so that a client that goes away cannot cut it in the middle.
pub(crate) async fn uncancelled<T: Send + 'static>(
    work: impl Future<Output = ServiceResult<T>> + Send + 'static,
) -> ServiceResult<T> {
    let counter = fanfare_storage::connection::statements::current();
    let span = tracing::Span::current();
    let work = fanfare_storage::connection::statements::inherit(counter, work);
    let work = share::on_behalf_of(share::user(), work);
    let task = tokio::spawn(tracing::Instrument::instrument(work, span));
    task.await.unwrap_or_else(|error| Err(ServiceError::Internal(anyhow::anyhow!("command task: {error}"))))
}
