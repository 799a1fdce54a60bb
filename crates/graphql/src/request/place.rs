//! Objects that arguments name by their ids.

use super::context::ContextExt as _;
use super::errors::top_level;
use crate::scalars::GlobalId;
use async_graphql::{Context, ID, Result};
use fanfare_domain::actor::Actor;
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::user_error::UserError;
use fanfare_services::place::RowId;
use fanfare_services::{ServiceError, ServiceResult, Services};

/// The row that the argument `name` names, with its workspace; `None` if it is in none of the actor's.
pub async fn row_of<I: GlobalId + Into<RowId>>(
    ctx: &Context<'_>,
    id: &ID,
    name: &str,
) -> Result<Option<(WorkspaceId, I)>> {
    let id = I::parse(id, name).map_err(|error| top_level(error.into()))?;
    match Box::pin(ctx.services()?.places().workspace_of(ctx.actor()?, id)).await {
        Ok(workspace) => Ok(Some((workspace, id))),
        Err(ServiceError::NotFound) => Ok(None),
        Err(error) => Err(top_level(error)),
    }
}

/// The workspace of the row that the input's `field` names; `noun`: what a refusal calls the row.
pub async fn workspace_of_row(
    services: &Services,
    actor: &Actor,
    row: impl Into<RowId>,
    (field, noun): (&str, &str),
) -> ServiceResult<WorkspaceId> {
    match services.places().workspace_of(actor, row).await {
        Err(ServiceError::NotFound) => Err(UserError::not_found(field, noun).into()),
        found => found,
    }
}
