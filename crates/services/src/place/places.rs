//! From an id that a client gives to the workspace it is in. What is in none of the actor's workspaces is not found.

use crate::context::witness::{self, Right};
use crate::context::{Context, ServiceError, ServiceResult};
use fanfare_domain::actor::Actor;
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::row_id::{Place, RowId};
use std::collections::HashMap;
use std::sync::Arc;

/// The service that finds the workspaces of rows.
#[derive(Clone)]
pub struct Places {
    context: Arc<Context>,
}

impl Places {
    pub(crate) fn new(context: &Arc<Context>) -> Self {
        Self { context: Arc::clone(context) }
    }

    /// Where those of the rows are that the actor may see, of any nouns. Templates that come with the server are in no
    /// workspace; a user is in one that the actor shares with them.
    pub async fn of(&self, actor: &Actor, rows: &[RowId]) -> ServiceResult<HashMap<RowId, Place>> {
        let mut places = HashMap::with_capacity(rows.len());
        let mut elsewhere = Vec::with_capacity(rows.len());
        for row in rows {
            let RowId::Workspace(id) = *row else {
                elsewhere.push(*row);
                continue;
            };
            match self.context.role(actor, id).await {
                Ok(_) => {
                    places.insert(*row, Place { workspace: id, parent: None });
                }
                Err(ServiceError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        if !elsewhere.is_empty() {
            let found = self.context.db.ownership().places(actor.user_id, &elsewhere).await?;
            for (row, place) in found.into_iter().filter(|(_, place)| actor.reaches(place.workspace)) {
                let place = self.context.noted(place.workspace, Ok(place), |_| Right::Membership).await?;
                places.insert(row, place);
            }
        }
        // What is nowhere today may be in any workspace tomorrow.
        if places.len() < rows.len() {
            witness::forbid_keeping();
        }
        Ok(places)
    }

    /// The workspace of a row; [`ServiceError::NotFound`] where it is in none of the actor's.
    pub async fn workspace_of(&self, actor: &Actor, row: impl Into<RowId>) -> ServiceResult<WorkspaceId> {
        let row = row.into();
        let place = self.of(actor, &[row]).await?.remove(&row);
        Ok(place.ok_or(ServiceError::NotFound)?.workspace)
    }
}
