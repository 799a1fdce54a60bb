//! The password of who is signed in.

use super::viewer::Viewer;
use crate::request::{ContextExt, UserError, committed};
use async_graphql::{Context, InputObject, Object, SimpleObject};

/// Which password takes the place of which.
#[derive(InputObject)]
pub struct ChangePasswordInput {
    /// The password as it is.
    pub current_password: String,
    /// 8 to 128 characters of any script; no common password, and not the person's name or address.
    pub new_password: String,
}

/// What `changePassword` gives.
#[derive(SimpleObject)]
pub struct ChangePasswordPayload {
    /// The person's own data; `null` where there are user errors.
    pub viewer: Option<Viewer>,
    /// Validation errors; empty on success.
    pub user_errors: Vec<UserError>,
}

#[derive(Default)]
pub struct PasswordMutation;

#[Object]
impl PasswordMutation {
    /// Puts a new password in place of one's own, and ends every other session; API keys stay. Limited per person. Not
    /// for API keys.
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which password takes the place of which.")] input: ChangePasswordInput,
    ) -> async_graphql::Result<ChangePasswordPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let changed = services.passwords().change(actor, input.current_password, input.new_password);
        let (changed, user_errors) = committed(ctx, Box::pin(changed).await)?;
        Ok(ChangePasswordPayload { viewer: changed.map(|()| Viewer::of(actor.clone())), user_errors })
    }
}
