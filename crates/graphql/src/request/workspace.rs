//! The workspace that an argument or an input names.

use crate::scalars::GlobalId as _;
use async_graphql::ID;
use fanfare_domain::actor::Actor;
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_services::{ServiceError, ServiceResult, Services};

/// The workspace that an input names, or the default one.
pub fn named_workspace(actor: &Actor, id: Option<&ID>) -> ServiceResult<WorkspaceId> {
    match id {
        None => Ok(actor.default_workspace),
        Some(id) => Ok(WorkspaceId::parse(id, "workspaceId")?),
    }
}

/// The same for a mutation: a workspace that the actor does not belong to is an error of the input.
pub async fn workspace_of_input(
    services: &Services,
    actor: &Actor,
    id: Option<&ID>,
) -> ServiceResult<WorkspaceId> {
    let workspace = named_workspace(actor, id)?;
    match services.workspaces().role(actor, workspace).await {
        Err(ServiceError::NotFound) => {
            let words = "You belong to no such workspace.";
            Err(UserError::new(UserErrorCode::NotFound, "workspaceId", words).into())
        }
        role => role.map(|_| workspace),
    }
}
