//! Users as others see them.

use crate::request::{ContextExt, top_level};
use crate::scalars::{BigInt, DateTime, EmailOf, GlobalId};
use async_graphql::{Context, ID, Object};
use fanfare_services::person as rows;
use std::sync::Arc;

/// A user. Visible to members of the same workspaces.
#[derive(Clone)]
pub struct User(pub Arc<rows::User>);

/// A user. Visible to members of the same workspaces.
#[Object(crate = "crate::execution")]
impl User {
    /// Opaque, unique among all objects.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }
    /// The row's number, which REST and exports show.
    async fn database_id(&self) -> BigInt {
        BigInt(self.0.id.0)
    }
    /// The address that the person signs in with.
    async fn email(&self) -> EmailOf<'_> {
        EmailOf(&self.0.email)
    }
    /// The name that others see: 1 to 100 characters.
    async fn name(&self) -> &str {
        &self.0.name
    }
    /// When the person registered.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }
    /// Rises with each change of the name or the e-mail address, from 1; `expectedRevision` of an update.
    async fn revision(&self) -> i32 {
        self.0.revision
    }
    /// Whether the user signs in with two-factor authentication; shown to the user only, null to others.
    async fn totp_enabled(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<bool>> {
        match &ctx.request()?.actor {
            Some(actor) if actor.user_id == self.0.id => {
                let asked = ctx.services()?.second_factors();
                Ok(Some(Box::pin(asked.is_on_for(actor)).await.map_err(top_level)?))
            }
            _ => Ok(None),
        }
    }
}
