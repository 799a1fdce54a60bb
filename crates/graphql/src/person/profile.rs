//! The name and the e-mail address of the signed-in user.

use super::user::User;
use crate::request::{ContextExt, UserError, committed, faultless, is_conflict, required, top_level};
use crate::scalars::EmailAddress;
use async_graphql::{Context, InputObject, MaybeUndefined, Object, SimpleObject};
use fanfare_domain::revision::ExpectedRevision;
use fanfare_query_limits::directives::field_cost;
use fanfare_services::ServiceResult;
use fanfare_services::person::ProfilePatch;
use std::sync::Arc;

/// Fields to update of the caller's profile. Fields that are left out stay as they are.
#[derive(InputObject)]
pub struct UpdateProfileInput {
    /// The name that others see: 1 to 100 characters on one line. Cannot be null.
    pub name: MaybeUndefined<String>,
    /// The revision that the change was written for: CONFLICT if the user has another one. Defaults to any.
    pub expected_revision: Option<i32>,
}

/// Input of `changeEmail`.
#[derive(InputObject)]
pub struct ChangeEmailInput {
    /// The caller's password.
    pub current_password: String,
    /// The new e-mail address, by the rules of registration: one user for each address, whatever its case.
    pub email: EmailAddress,
}

/// Result of `updateProfile`.
#[derive(SimpleObject)]
pub struct UpdateProfilePayload {
    /// The updated user; on CONFLICT the user as it is now. Null with other errors.
    pub user: Option<User>,
    /// Validation errors; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Result of `changeEmail`.
#[derive(SimpleObject)]
pub struct ChangeEmailPayload {
    /// The updated user; null if there are user errors.
    pub user: Option<User>,
    /// Validation errors; empty on success.
    pub user_errors: Vec<UserError>,
}

impl UpdateProfileInput {
    fn read(self) -> ServiceResult<ProfilePatch> {
        let mut errors = Vec::new();
        let patch = ProfilePatch { name: required(self.name, "name", &mut errors) };
        faultless(patch, errors)
    }
}

#[derive(Default)]
pub struct ProfileMutation;

#[Object]
impl ProfileMutation {
    /// Updates the caller's profile, which all members of their workspaces see. Not available to API keys.
    // It is logged in each of them.
    #[graphql(directive = field_cost::apply(20))]
    async fn update_profile(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The fields to update.")] input: UpdateProfileInput,
    ) -> async_graphql::Result<UpdateProfilePayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let outcome = Box::pin(async {
            let expected = ExpectedRevision(input.expected_revision);
            services.profiles().update(actor, expected, input.read()?).await
        });
        let (mut user, user_errors) = committed(ctx, outcome.await)?;
        if is_conflict(&user_errors) {
            user = Some(Box::pin(services.people().get(actor)).await.map_err(top_level)?);
        }
        Ok(UpdateProfilePayload { user: user.map(Arc::new).map(User), user_errors })
    }

    /// Changes the e-mail address that the caller signs in with, and revokes every other session; API keys stay valid.
    /// Rate-limited per user. Not available to API keys.
    async fn change_email(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The password and the new e-mail address.")] input: ChangeEmailInput,
    ) -> async_graphql::Result<ChangeEmailPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let changed = services.profiles().change_email(actor, input.current_password, &input.email.0);
        let (user, user_errors) = committed(ctx, Box::pin(changed).await)?;
        Ok(ChangeEmailPayload { user: user.map(Arc::new).map(User), user_errors })
    }
}
