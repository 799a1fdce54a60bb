//! The person behind an actor, and those of a workspace.

use crate::context::{Context, ServiceError, ServiceResult};
use fanfare_domain::actor::Actor;
use fanfare_domain::id::{UserId, WorkspaceId};
use fanfare_storage::rows::User;
use std::sync::Arc;

/// The service of people.
#[derive(Clone)]
pub struct People {
    context: Arc<Context>,
}

impl People {
    pub(crate) fn new(context: &Arc<Context>) -> Self {
        Self { context: Arc::clone(context) }
    }

    /// The actor's own row. [`ServiceError::Unauthenticated`] once it is gone.
    pub async fn get(&self, actor: &Actor) -> ServiceResult<User> {
        let user = self.context.db.people().by_id(actor.user_id).await?;
        user.ok_or(ServiceError::Unauthenticated)
    }

    /// People of a workspace by id, for those who may read it.
    pub async fn by_ids(&self, workspace: WorkspaceId, ids: &[UserId]) -> ServiceResult<Vec<User>> {
        Ok(self.context.db.people().by_ids(workspace, ids).await?)
    }
}
