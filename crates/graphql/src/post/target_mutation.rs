//! What can be done with one target of a post.

use super::mutation::{Changed, wrote};
use super::told::ShownTarget;
use crate::request::{ContextExt as _, UserError, mutation_key};
use crate::scalars::GlobalId as _;
use async_graphql::{Context, ID, InputObject, Object, Result};
use fanfare_domain::id::TargetId;

/// Declares inputs that name a target and nothing else but a key.
macro_rules! keyed_inputs {
    ($($(#[$meta:meta])* $name:ident;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, InputObject)]
        pub struct $name {
            /// The target.
            pub target_id: ID,
            /// 1 to 200 characters: the same key and input within 24 hours gives the first result again.
            pub client_mutation_key: Option<String>,
        }
    )+};
}
keyed_inputs! {
    /// Input of `publishPostTarget`.
    PublishPostTargetInput;
    /// Input of `retryPostTarget`.
    RetryPostTargetInput;
}

/// Input of `cancelPostTarget`.
#[derive(Clone, Debug, InputObject)]
pub struct CancelPostTargetInput {
    /// The target.
    pub target_id: ID,
}

macro_rules! target_payloads {
    ($($name:ident of $mutation:literal;)+) => {$(
        #[doc = concat!("Payload of `", $mutation, "`.")]
        pub struct $name {
            changed: Option<(Changed, TargetId)>,
            user_errors: Vec<UserError>,
        }

        #[doc = concat!("Payload of `", $mutation, "`.")]
        #[Object]
        impl $name {
            /// The target after the change; null if there are user errors.
            async fn target(&self, ctx: &Context<'_>) -> Result<Option<ShownTarget>> {
                let Some((Changed { post, .. }, id)) = &self.changed else { return Ok(None) };
                ShownTarget::of_id(ctx, post.workspace_id, *id).await.map(Some)
            }

            /// The position of the last event of the change: pass it as `after` to follow what comes next.
            async fn cursor(&self) -> Option<&str> {
                self.changed.as_ref().and_then(|(changed, _)| changed.cursor.as_deref())
            }

            /// Validation errors; empty on success. If there are any, nothing was changed.
            async fn user_errors(&self) -> &[UserError] {
                &self.user_errors
            }
        }
    )+};
}
target_payloads! {
    PublishPostTargetPayload of "publishPostTarget";
    RetryPostTargetPayload of "retryPostTarget";
    CancelPostTargetPayload of "cancelPostTarget";
}

/// Part of `Mutation`: single targets of posts.
#[derive(Default)]
pub struct PostTargetMutation;

#[Object]
impl PostTargetMutation {
    /// Publishes one target of a post at once, if it is not on its way yet; the others stay as they are. Returns without
    /// waiting for the platform. Not for an ALL_OR_NOTHING post, whose targets go together. Requires the EDITOR role.
    async fn publish_post_target(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which target.")] input: PublishPostTargetInput,
    ) -> Result<PublishPostTargetPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let key = mutation_key(ctx, "publishPostTarget", input.client_mutation_key.as_ref(), &input)?;
        let id = TargetId::parse(&input.target_id, "targetId");
        let outcome = match id.clone() {
            Ok(id) => Box::pin(services.posts().publish_target(actor, id, key)).await,
            Err(error) => Err(error.into()),
        };
        let (changed, user_errors) = wrote(ctx, outcome)?;
        Ok(PublishPostTargetPayload { changed: changed.zip(id.ok()), user_errors })
    }

    /// Sends one failed target of a post again; the others stay as they are. Not for an ALL_OR_NOTHING post, whose
    /// targets go together. Requires the EDITOR role.
    async fn retry_post_target(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which target.")] input: RetryPostTargetInput,
    ) -> Result<RetryPostTargetPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let key = mutation_key(ctx, "retryPostTarget", input.client_mutation_key.as_ref(), &input)?;
        let id = TargetId::parse(&input.target_id, "targetId");
        let outcome = match id.clone() {
            Ok(id) => Box::pin(services.posts().retry_target(actor, id, key)).await,
            Err(error) => Err(error.into()),
        };
        let (changed, user_errors) = wrote(ctx, outcome)?;
        Ok(RetryPostTargetPayload { changed: changed.zip(id.ok()), user_errors })
    }

    /// Cancels one target of a post that was not sent yet; the others stay as they are. Not for an ALL_OR_NOTHING post,
    /// whose targets go together. Requires the EDITOR role.
    async fn cancel_post_target(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which target.")] input: CancelPostTargetInput,
    ) -> Result<CancelPostTargetPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let id = TargetId::parse(&input.target_id, "targetId");
        let outcome = match id.clone() {
            Ok(id) => Box::pin(services.posts().cancel_target(actor, id)).await,
            Err(error) => Err(error.into()),
        };
        let (changed, user_errors) = wrote(ctx, outcome)?;
        Ok(CancelPostTargetPayload { changed: changed.zip(id.ok()), user_errors })
    }
}
