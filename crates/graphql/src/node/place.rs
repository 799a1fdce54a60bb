//! What an id names, and where that is.

use crate::request::top_level;
use crate::scalars::{GlobalId as _, NaturalId, split};
use async_graphql::{ID, Result};
use fanfare_domain::actor::Actor;
use fanfare_domain::id::SessionId;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_services::place::{Place, RowId};
use fanfare_services::session::UserSession;
use fanfare_services::{ServiceError, ServiceResult, Services};
use std::collections::HashMap;

/// What an id names.
#[derive(Clone, Copy, Debug)]
pub enum Named {
    /// A row of a workspace, the workspace itself, or a user.
    Row(RowId),
    Session(SessionId),
    Natural(NaturalId),
}

impl Named {
    /// `BAD_USER_INPUT` for what is no id of an object.
    pub fn parse(id: &ID) -> Result<Self> {
        let row = || split(id).and_then(|(noun, row)| RowId::new(&noun, row)).map(Self::Row);
        let session = || SessionId::from_global(id).map(Self::Session);
        let named = NaturalId::from_global(id).map(Self::Natural).or_else(session).or_else(row);
        named.ok_or_else(|| {
            let words = "This is no id of an object.";
            top_level(UserError::new(UserErrorCode::Invalid, "", words).into())
        })
    }
}

/// Where what was asked for is, as far as the asker may know of it: each kind found by one read for all ids.
#[derive(Default)]
pub struct Places {
    pub rows: HashMap<RowId, Place>,
    /// The asker's own.
    pub sessions: HashMap<SessionId, UserSession>,
}

impl Places {
    /// Where all of them are.
    pub async fn of(services: &Services, actor: &Actor, named: &[Named]) -> ServiceResult<Self> {
        let (mut rows, mut sessions) = (Vec::new(), Vec::new());
        for one in named {
            match one {
                Named::Row(row) => rows.push(*row),
                Named::Session(session) => sessions.push(*session),
                Named::Natural(_) => {}
            }
        }
        let sessions = services.sessions().own_by_ids(actor, &sessions).await?;
        Ok(Self {
            rows: services.places().of(actor, &rows).await?,
            sessions: sessions.into_iter().map(|session| (session.id, session)).collect(),
        })
    }
}

/// What a service returned; nothing where the asker has no right to it, as if there were no such object.
pub fn visible<T>(outcome: ServiceResult<T>) -> Result<Option<T>> {
    match outcome {
        Ok(found) => Ok(Some(found)),
        Err(ServiceError::NotFound | ServiceError::Forbidden(_)) => Ok(None),
        Err(error) => Err(top_level(error)),
    }
}
