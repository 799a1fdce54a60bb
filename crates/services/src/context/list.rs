//! Lists: read by windows, counted where that is asked for.

use super::{Context, Freshness, Read, ServiceResult, Window};
use fanfare_auth::Action;
use fanfare_cache::Kept;
use fanfare_domain::actor::Actor;
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::noun::Noun;
use fanfare_storage::DbError;
use serde::Serialize;
use std::future::Future;

/// Who asks for what of which workspace: the one form that a page and its count share.
#[derive(Clone, Debug)]
pub struct Query<F> {
    pub actor: Actor,
    pub workspace: WorkspaceId,
    pub filter: F,
    pub fresh: Freshness,
}

/// A list that is read by windows. Access is decided by each read.
pub trait List: Send + Sync + 'static {
    type Row: Send;

    /// The rows of a window, in the list's order; in the reverse order where the window goes backward.
    fn page(&self, window: &Window) -> impl Future<Output = ServiceResult<Vec<Self::Row>>> + Send;

    /// What cursors of the list begin with, where clients choose its order: a cursor of one order is none of another.
    fn ordered_by(&self) -> &'static str {
        ""
    }

    /// The number of rows in all windows.
    fn count(&self) -> impl Future<Output = ServiceResult<i64>> + Send;
}

/// What a service lists for a query.
#[derive(Clone, Debug)]
pub struct Listed<S, F> {
    pub(crate) service: S,
    pub(crate) query: Query<F>,
}

impl<F> Query<F> {
    /// A question about the list whose answer may be kept.
    pub(crate) fn read<'a, Q>(
        &self,
        about: &'static [Noun],
        name: &'static str,
        question: &'a Q,
    ) -> Read<'a, Q> {
        Read { workspace: self.workspace, fresh: self.fresh, about, name, question }
    }
}

impl Context {
    /// Refuses a query of a workspace that the actor may not read.
    pub(crate) async fn may_read<F: Sync>(&self, query: &Query<F>) -> ServiceResult<()> {
        self.authorize(&query.actor, query.workspace, Action::ReadWorkspace).await
    }

    /// A page or a count of a list of one noun, for those who may read the workspace: the kept answer, else what `load`
    /// reads. `question`: everything that the answer depends on besides the workspace.
    pub(crate) async fn listed<T: Kept + Clone, F: Sync, Q: Serialize + Sync>(
        &self,
        query: &Query<F>,
        (about, name): (&'static [Noun], &'static str),
        question: &Q,
        load: impl Future<Output = Result<T, DbError>> + Send,
    ) -> ServiceResult<T> {
        self.may_read(query).await?;
        self.kept(query.read(about, name, question), load).await
    }
}
