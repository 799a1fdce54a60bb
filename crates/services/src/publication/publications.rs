//! The publications of posts, as they are read. All of it is for those who may read the workspace.

use crate::context::{Context, Freshness, Read, ServiceResult, shared};
use fanfare_domain::id::{AccountId, PostId, TargetId, WorkspaceId};
use fanfare_domain::noun::Noun;
use fanfare_storage::rows::{Saga, ShownAccount, ShownStep, Target};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What only posts and their accounts change.
const ABOUT: &[Noun] = &[Noun::Posts, Noun::Accounts];

/// The service of publications.
#[derive(Clone)]
pub struct Publications {
    context: Arc<Context>,
}

impl Publications {
    pub(crate) fn new(context: &Arc<Context>) -> Self {
        Self { context: Arc::clone(context) }
    }

    /// Targets by id.
    pub async fn by_ids(&self, workspace: WorkspaceId, ids: &[TargetId]) -> ServiceResult<Vec<Target>> {
        Ok(self.context.db.targets().by_ids(workspace, ids).await?)
    }

    /// The targets of posts, in their order.
    pub async fn of_posts(
        &self,
        workspace: WorkspaceId,
        ids: &[PostId],
        fresh: Freshness,
    ) -> ServiceResult<Vec<Arc<Target>>> {
        let question = &sorted(ids);
        let read = Read { workspace, fresh, about: ABOUT, name: "targets.of_posts", question };
        self.context.kept(read, shared(self.context.db.targets().of_posts(workspace, ids))).await
    }

    /// The targets of posts, in their order, and their accounts.
    pub async fn with_accounts_of_posts(
        &self,
        workspace: WorkspaceId,
        ids: &[PostId],
        fresh: Freshness,
    ) -> ServiceResult<(Vec<Arc<Target>>, Vec<Arc<ShownAccount>>)> {
        let question = &sorted(ids);
        let read = Read { workspace, fresh, about: ABOUT, name: "targets.with_accounts", question };
        let rows = async {
            let targets = shared(self.context.db.targets().of_posts(workspace, ids)).await?;
            let wanted: BTreeSet<AccountId> = targets.iter().map(|target| target.account_id).collect();
            let wanted: Vec<AccountId> = wanted.into_iter().collect();
            let accounts = shared(self.context.db.accounts().shown(workspace, &wanted)).await?;
            Ok((targets, accounts))
        };
        self.context.kept(read, rows).await
    }

    /// The ledgers of targets, oldest step first.
    pub async fn steps_of_targets(
        &self,
        workspace: WorkspaceId,
        ids: &[TargetId],
    ) -> ServiceResult<Vec<ShownStep>> {
        Ok(self.context.db.ledger().of_targets(workspace, ids).await?)
    }

    /// The sagas of all-or-nothing posts.
    pub async fn sagas_of_posts(&self, workspace: WorkspaceId, ids: &[PostId]) -> ServiceResult<Vec<Saga>> {
        Ok(self.context.db.sagas().of_posts(workspace, ids).await?)
    }
}

/// The same question in one order.
fn sorted<I: Copy + Ord>(ids: &[I]) -> Vec<I> {
    let mut sorted = ids.to_vec();
    sorted.sort_unstable();
    sorted
}
