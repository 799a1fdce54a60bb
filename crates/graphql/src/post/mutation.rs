//! What can be done with posts.

use super::input::{CreatePostInput, LocalTimeInput, UpdatePostInput, schedule};
use super::query::PostEdge;
use super::text_price::BYTES_A_POINT;
use super::told::{ShownPost, ShownTarget};
use crate::request::{ContextExt as _, UserError, committed, external_id, is_conflict, mutation_key, row_of};
use crate::scalars::{DateTime, GlobalId as _, Url};
use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use fanfare_domain::event::Cursor;
use fanfare_domain::id::{PostId, TargetId, WorkspaceId};
use fanfare_domain::post::Resolution;
use fanfare_domain::revision::ExpectedRevision;
use fanfare_domain::user_error;
use fanfare_query_limits::directives::text_cost;
use fanfare_services::post::PostPlace;
use fanfare_services::{Committed, ServiceError, ServiceResult};

/// Declares inputs that name a post and nothing else but a key.
macro_rules! keyed_inputs {
    ($($(#[$meta:meta])* $name:ident;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, InputObject)]
        pub struct $name {
            /// The post.
            pub id: ID,
            /// 1 to 200 characters: the same key and input within 24 hours gives the first result again.
            pub client_mutation_key: Option<String>,
        }
    )+};
}
keyed_inputs! {
    /// Which post to publish.
    PublishPostInput;
    /// Which post's failed targets to send again.
    RetryPostInput;
    /// Which post to delete on the networks.
    UnpublishPostInput;
}

/// When to publish a post.
#[derive(Clone, Debug, InputObject)]
pub struct SchedulePostInput {
    /// The post.
    pub id: ID,
    /// A second to two years ahead; this or scheduledLocal. Neither: a good hour of its accounts at which they have
    /// nothing planned, where the setting autoOptimalTime is on.
    pub scheduled_at: Option<DateTime>,
    /// The same as a local time.
    pub scheduled_local: Option<LocalTimeInput>,
    /// 1 to 200 characters: the same key and input within 24 hours gives the first result again.
    pub client_mutation_key: Option<String>,
}

/// Which post to cancel.
#[derive(Clone, Debug, InputObject)]
pub struct CancelPostInput {
    /// The post.
    pub id: ID,
}

/// Which post to delete.
#[derive(Clone, Debug, InputObject)]
pub struct DeletePostInput {
    /// The post.
    pub id: ID,
}

/// What a person found on the network.
#[derive(Clone, Debug, InputObject)]
pub struct ResolvePostTargetInput {
    /// The target, which must be in NEEDS_REVIEW.
    pub id: ID,
    /// What is to become of it.
    pub resolution: TargetResolution,
    /// The network's id of it, if it is there; at most 200 characters.
    pub external_id: Option<String>,
    /// Where people see it, if it is there.
    pub url: Option<Url>,
    /// 1 to 200 characters: the same key and input within 24 hours gives the first result again.
    pub client_mutation_key: Option<String>,
}

/// How a person settles a target that needs review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum TargetResolution {
    /// It is on the network.
    Published,
    /// It is not there: send it again.
    SendAgain,
    /// Leave it; it counts as failed.
    GiveUp,
}

/// Declares payloads of mutations of a post; `with post_edge` where it makes one.
macro_rules! post_payloads {
    ($($name:ident of $mutation:literal $(with $edge:ident)?;)+) => {$(
        #[doc = concat!("What ", $mutation, " answers.")]
        pub struct $name {
            changed: Option<Changed>,
            user_errors: Vec<UserError>,
        }

        #[doc = concat!("What ", $mutation, " answers.")]
        #[Object]
        impl $name {
            /// The post after it; on CONFLICT of an update the post as it is now. Null with other errors.
            async fn post(&self, ctx: &Context<'_>) -> Result<Option<ShownPost>> {
                let Some(Changed { post, .. }) = &self.changed else { return Ok(None) };
                ShownPost::of_id(ctx, post.workspace_id, post.post_id).await.map(Some)
            }

            $(
                /// The post as an edge of `posts` in the default order. Null if there are user errors.
                async fn $edge(&self, ctx: &Context<'_>) -> Result<Option<PostEdge>> {
                    let Some(Changed { post, .. }) = &self.changed else { return Ok(None) };
                    PostEdge::load(ctx.loaders()?, post.workspace_id, post.post_id).await.map(Some)
                }
            )?

            /// The last event of it: give it as `after` to follow what comes next.
            async fn cursor(&self) -> Option<&str> {
                self.changed.as_ref().and_then(|it| it.cursor.as_deref())
            }

            /// Validation errors; if not empty, nothing was changed.
            async fn user_errors(&self) -> &[UserError] {
                &self.user_errors
            }
        }
    )+};
}
post_payloads! {
    CreatePostPayload of "createPost" with post_edge;
    UpdatePostPayload of "updatePost";
    SchedulePostPayload of "schedulePost";
    PublishPostPayload of "publishPost";
    CancelPostPayload of "cancelPost";
    RetryPostPayload of "retryPost";
    UnpublishPostPayload of "unpublishPost";
}

/// What resolvePostTarget answers.
pub struct ResolvePostTargetPayload {
    target: Option<(WorkspaceId, TargetId)>,
    user_errors: Vec<UserError>,
}

/// What resolvePostTarget answers.
#[Object]
impl ResolvePostTargetPayload {
    /// The target after it; null where userErrors is not empty.
    async fn target(&self, ctx: &Context<'_>) -> Result<Option<ShownTarget>> {
        let Some((workspace, id)) = self.target else { return Ok(None) };
        ShownTarget::of_id(ctx, workspace, id).await.map(Some)
    }

    /// Validation errors; if not empty, nothing was changed.
    async fn user_errors(&self) -> &[UserError] {
        &self.user_errors
    }
}

/// What deletePost answers.
#[derive(SimpleObject)]
pub struct DeletePostPayload {
    /// The id of the post that is no more; null where userErrors is not empty.
    pub deleted_id: Option<ID>,
    /// Validation errors; if not empty, nothing was changed.
    pub user_errors: Vec<UserError>,
}

/// Part of `Mutation`: posts.
#[derive(Default)]
pub struct PostMutation;

#[Object]
impl PostMutation {
    /// Creates a draft, or a post that is published at once or at a time. Answers without waiting for any network.
    /// Needs the role EDITOR; 10 a minute by default.
    #[graphql(directive = text_cost::apply(BYTES_A_POINT))]
    async fn create_post(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is written, for which accounts, and when.")] input: CreatePostInput,
    ) -> Result<CreatePostPayload> {
        let key = mutation_key(ctx, "createPost", input.client_mutation_key.as_ref(), &input)?;
        let posts = ctx.services()?.posts();
        let outcome = Box::pin(posts.create(ctx.actor()?, input.read(), key)).await;
        let (changed, user_errors) = wrote(ctx, outcome)?;
        Ok(CreatePostPayload { changed, user_errors })
    }

    /// Changes a post before anything of it is sent. A scheduled one keeps its time, unless the input has another, or
    /// null, which makes it a draft. Needs the role EDITOR; an API key also needs the scope PUBLISH where the post is
    /// scheduled, held, or gets a time.
    #[graphql(directive = text_cost::apply(BYTES_A_POINT))]
    async fn update_post(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which post, and what changes.")] input: UpdatePostInput,
    ) -> Result<UpdatePostPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let (named, expected) = (input.id.clone(), ExpectedRevision(input.expected_revision));
        let outcome = match PostId::parse(&named, "id") {
            Ok(id) => Box::pin(services.posts().update(actor, id, expected, input.read())).await,
            Err(error) => Err(error.into()),
        };
        let (mut changed, user_errors) = wrote(ctx, outcome)?;
        if is_conflict(&user_errors) {
            let newer = row_of::<PostId>(ctx, &named, "id").await?;
            changed = newer.map(|(workspace_id, post_id)| Changed {
                post: PostPlace { workspace_id, post_id },
                cursor: None,
            });
        }
        Ok(UpdatePostPayload { changed, user_errors })
    }

    /// Sets the time of what is not on its way yet. Needs the role EDITOR.
    async fn schedule_post(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which post, and when.")] input: SchedulePostInput,
    ) -> Result<SchedulePostPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let key = mutation_key(ctx, "schedulePost", input.client_mutation_key.as_ref(), &input)?;
        let outcome = async {
            let id = PostId::parse(&input.id, "id")?;
            let mut errors = Vec::new();
            let time = schedule(input.scheduled_at, input.scheduled_local, &mut errors);
            if errors.is_empty() {
                services.posts().schedule(actor, id, time, key).await
            } else {
                Err(ServiceError::User(errors))
            }
        };
        let (changed, user_errors) = wrote(ctx, Box::pin(outcome).await)?;
        Ok(SchedulePostPayload { changed, user_errors })
    }

    /// Publishes at once what is not on its way yet. Answers without waiting for any network. Needs the role EDITOR.
    async fn publish_post(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which post.")] input: PublishPostInput,
    ) -> Result<PublishPostPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let key = mutation_key(ctx, "publishPost", input.client_mutation_key.as_ref(), &input)?;
        let outcome = match PostId::parse(&input.id, "id") {
            Ok(id) => Box::pin(services.posts().publish(actor, id, key)).await,
            Err(error) => Err(error.into()),
        };
        let (changed, user_errors) = wrote(ctx, outcome)?;
        Ok(PublishPostPayload { changed, user_errors })
    }

    /// Cancels what was not sent yet. What is on its way or published stays. Needs the role EDITOR.
    async fn cancel_post(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which post.")] input: CancelPostInput,
    ) -> Result<CancelPostPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let outcome = match PostId::parse(&input.id, "id") {
            Ok(id) => Box::pin(services.posts().cancel(actor, id)).await,
            Err(error) => Err(error.into()),
        };
        let (changed, user_errors) = wrote(ctx, outcome)?;
        Ok(CancelPostPayload { changed, user_errors })
    }

    /// Sends the failed targets again. Needs the role EDITOR.
    async fn retry_post(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which post.")] input: RetryPostInput,
    ) -> Result<RetryPostPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let key = mutation_key(ctx, "retryPost", input.client_mutation_key.as_ref(), &input)?;
        let outcome = match PostId::parse(&input.id, "id") {
            Ok(id) => Box::pin(services.posts().retry(actor, id, key)).await,
            Err(error) => Err(error.into()),
        };
        let (changed, user_errors) = wrote(ctx, outcome)?;
        Ok(RetryPostPayload { changed, user_errors })
    }

    /// Settles a target that needs review: a person has looked at the network. Needs the role EDITOR.
    async fn resolve_post_target(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which target, and what was found.")] input: ResolvePostTargetInput,
    ) -> Result<ResolvePostTargetPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let key = mutation_key(ctx, "resolvePostTarget", input.client_mutation_key.as_ref(), &input)?;
        let id = TargetId::parse(&input.id, "id");
        let outcome = match (id.clone(), resolution(input)) {
            (Ok(id), Ok(resolution)) => {
                Box::pin(services.posts().resolve_target(actor, id, resolution, key)).await
            }
            (id, resolution) => {
                Err(ServiceError::User(id.err().into_iter().chain(resolution.err()).collect()))
            }
        };
        let (changed, user_errors) = wrote(ctx, outcome)?;
        let target = changed.zip(id.ok()).map(|(it, id)| (it.post.workspace_id, id));
        Ok(ResolvePostTargetPayload { target, user_errors })
    }

    /// Deletes on the networks what was published there; networks without deletion are left as they are. Needs the
    /// role EDITOR.
    async fn unpublish_post(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which post.")] input: UnpublishPostInput,
    ) -> Result<UnpublishPostPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let key = mutation_key(ctx, "unpublishPost", input.client_mutation_key.as_ref(), &input)?;
        let outcome = match PostId::parse(&input.id, "id") {
            Ok(id) => Box::pin(services.posts().unpublish(actor, id, key)).await,
            Err(error) => Err(error.into()),
        };
        let (changed, user_errors) = wrote(ctx, outcome)?;
        Ok(UnpublishPostPayload { changed, user_errors })
    }

    /// Deletes a post of which nothing was ever sent. Needs the role EDITOR; an API key also needs the scope PUBLISH
    /// where the post is scheduled or held.
    async fn delete_post(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which post.")] input: DeletePostInput,
    ) -> Result<DeletePostPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let outcome = match PostId::parse(&input.id, "id") {
            Ok(id) => Box::pin(services.posts().delete(actor, id)).await,
            Err(error) => Err(error.into()),
        };
        let (changed, user_errors) = wrote(ctx, outcome)?;
        Ok(DeletePostPayload { deleted_id: changed.map(|it| it.post.post_id.global()), user_errors })
    }
}

/// A post after a command, and the position that the command ended with.
pub(super) struct Changed {
    pub post: PostPlace,
    pub cursor: Option<String>,
}

/// Settles a command's outcome and reports to the client how far the log is.
pub(super) fn wrote(
    ctx: &Context<'_>,
    outcome: ServiceResult<Committed<PostPlace>>,
) -> Result<(Option<Changed>, Vec<UserError>)> {
    let cursor = outcome.as_ref().ok().and_then(Committed::position).map(Cursor::encode);
    let (changed, user_errors) = committed(ctx, outcome)?;
    Ok((changed.map(|post| Changed { post, cursor }), user_errors))
}

fn resolution(input: ResolvePostTargetInput) -> std::result::Result<Resolution, user_error::UserError> {
    let external_id = external_id(input.external_id)?;
    Ok(match input.resolution {
        TargetResolution::Published => {
            Resolution::Published { external_id, url: input.url.map(|url| url.0.into()) }
        }
        TargetResolution::SendAgain => Resolution::SendAgain,
        TargetResolution::GiveUp => Resolution::GiveUp,
    })
}
