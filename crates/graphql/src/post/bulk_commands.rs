//! Commands on several posts in one call.

use super::input::{LocalTimeInput, schedule};
use super::told::ShownPost;
use crate::request::{ContextExt as _, UserError, mutation_key, settle};
use crate::scalars::{DateTime, GlobalId as _};
use async_graphql::{ComplexObject, Context, ID, InputObject, Object, Result, SimpleObject};
use fanfare_domain::id::PostId;
use fanfare_domain::user_error::{self, UserErrorCode};
use fanfare_query_limits::directives::{field_cost, list_size};
use fanfare_services::ServiceResult;
use fanfare_services::post::{BulkOutcome, PostPlace, Rescheduling, Schedule};

/// Input of `cancelPosts`.
#[derive(Clone, Debug, InputObject)]
pub struct CancelPostsInput {
    /// The posts, at most 500, each once.
    pub post_ids: Vec<ID>,
}

/// Input of `deletePosts`.
#[derive(Clone, Debug, InputObject)]
pub struct DeletePostsInput {
    /// The posts, at most 500, each once.
    pub post_ids: Vec<ID>,
}

/// Input of `reschedulePosts`.
#[derive(Clone, Debug, InputObject)]
pub struct ReschedulePostsInput {
    /// The posts with their new times, at most 500, each once.
    pub posts: Vec<ReschedulePostInput>,
    /// 1 to 190 characters: the same key and input within 24 hours gives the first result again.
    pub client_mutation_key: Option<String>,
}

/// A post and its new time: scheduledAt or scheduledLocal.
#[derive(Clone, Debug, InputObject)]
pub struct ReschedulePostInput {
    /// The post.
    pub post_id: ID,
    /// A second to two years ahead.
    pub scheduled_at: Option<DateTime>,
    /// The same as a local time; not together with scheduledAt.
    pub scheduled_local: Option<LocalTimeInput>,
}

impl ReschedulePostInput {
    /// Its time, or what is wrong with that.
    fn time(self) -> std::result::Result<Schedule, Vec<user_error::UserError>> {
        let mut errors = Vec::new();
        let time = schedule(self.scheduled_at, self.scheduled_local, &mut errors);
        if !errors.is_empty() {
            return Err(errors);
        }
        time.ok_or_else(|| {
            let words = "Give a time: scheduledAt or scheduledLocal.";
            vec![user_error::UserError::new(UserErrorCode::Required, "scheduledAt", words)]
        })
    }
}

/// What became of one post of a list.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct ChangedPost {
    #[graphql(skip)]
    place: Option<PostPlace>,
    /// Validation errors of this post; empty on success. If there are any, it was not changed.
    pub user_errors: Vec<UserError>,
}

#[ComplexObject]
impl ChangedPost {
    /// The post after the change; null if it has user errors.
    async fn post(&self, ctx: &Context<'_>) -> Result<Option<ShownPost>> {
        let Some(place) = self.place else { return Ok(None) };
        ShownPost::of_id(ctx, place.workspace_id, place.post_id).await.map(Some)
    }
}

/// What became of one post of a list that was to be deleted.
#[derive(SimpleObject)]
pub struct DeletedPost {
    /// The post that is deleted; null if it has user errors.
    pub deleted_post_id: Option<ID>,
    /// Validation errors of this post; empty on success. If there are any, it was not deleted.
    pub user_errors: Vec<UserError>,
}

macro_rules! list_payloads {
    ($($name:ident of $mutation:literal: $result:ident;)+) => {$(
        #[doc = concat!("Payload of `", $mutation, "`.")]
        pub struct $name {
            results: Vec<$result>,
            user_errors: Vec<UserError>,
        }

        #[doc = concat!("Payload of `", $mutation, "`.")]
        #[Object]
        impl $name {
            /// One for each post of the input, in its order; empty if there are user errors.
            #[graphql(directive = list_size::apply(20))]
            async fn results(&self) -> &[$result] {
                &self.results
            }

            /// Validation errors of the list as a whole; empty on success. If there are any, nothing was changed.
            async fn user_errors(&self) -> &[UserError] {
                &self.user_errors
            }
        }
    )+};
}
list_payloads! {
    CancelPostsPayload of "cancelPosts": ChangedPost;
    ReschedulePostsPayload of "reschedulePosts": ChangedPost;
    DeletePostsPayload of "deletePosts": DeletedPost;
}

/// Part of `Mutation`: commands on several posts.
#[derive(Default)]
pub struct PostBulkCommandMutation;

#[Object]
impl PostBulkCommandMutation {
    /// Cancels up to 500 posts, as far as they were not sent yet; those that are refused leave the others. Requires the
    /// EDITOR role in the workspaces of all of them.
    #[graphql(directive = field_cost::apply(100))]
    async fn cancel_posts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which posts.")] input: CancelPostsInput,
    ) -> Result<CancelPostsPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let ids = named(&input.post_ids);
        let outcome = Box::pin(services.posts().cancel_many(actor, ids)).await;
        let (places, user_errors) = each(ctx, outcome)?;
        Ok(CancelPostsPayload { results: changed(places), user_errors })
    }

    /// Sets the times of up to 500 posts that are not on their way yet; those that are refused leave the others. Requires
    /// the EDITOR role in the workspaces of all of them.
    #[graphql(directive = field_cost::apply(100))]
    async fn reschedule_posts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which posts, and when.")] input: ReschedulePostsInput,
    ) -> Result<ReschedulePostsPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let key = input.client_mutation_key.as_ref();
        let posts = input.posts.iter().enumerate().map(|(index, post)| {
            let key = key.map(|key| format!("{key}#{index}"));
            let key = mutation_key(ctx, "reschedulePosts", key.as_ref(), post)?;
            let id = PostId::parse(&post.post_id, "id");
            Ok(Rescheduling { id, schedule: post.clone().time(), key })
        });
        let posts = posts.collect::<Result<_>>()?;
        let outcome = Box::pin(services.posts().reschedule_many(actor, posts)).await;
        let (places, user_errors) = each(ctx, outcome)?;
        Ok(ReschedulePostsPayload { results: changed(places), user_errors })
    }

    /// Deletes up to 500 posts of which nothing was ever sent; those that are refused leave the others. Requires the
    /// EDITOR role in the workspaces of all of them; an API key also needs the scope PUBLISH for posts that are scheduled
    /// or held.
    #[graphql(directive = field_cost::apply(100))]
    async fn delete_posts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which posts.")] input: DeletePostsInput,
    ) -> Result<DeletePostsPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let ids = named(&input.post_ids);
        let outcome = Box::pin(services.posts().delete_many(actor, ids)).await;
        let (places, user_errors) = each(ctx, outcome)?;
        let deleted = places.into_iter().map(|place| match place {
            Ok(place) => {
                DeletedPost { deleted_post_id: Some(place.post_id.global()), user_errors: Vec::new() }
            }
            Err(user_errors) => DeletedPost { deleted_post_id: None, user_errors },
        });
        Ok(DeletePostsPayload { results: deleted.collect(), user_errors })
    }
}

fn named(ids: &[ID]) -> Vec<std::result::Result<PostId, user_error::UserError>> {
    ids.iter().map(|id| PostId::parse(id, "id")).collect()
}

/// Where a post is that was changed, or why it was not.
type Place = std::result::Result<PostPlace, Vec<UserError>>;

/// The outcomes of the posts of a call, and the errors of the call as a whole; reports to the client how far the log is.
fn each(ctx: &Context<'_>, outcome: ServiceResult<Vec<BulkOutcome>>) -> Result<(Vec<Place>, Vec<UserError>)> {
    let (outcomes, user_errors) = settle(outcome)?;
    let mut places = Vec::new();
    for outcome in outcomes.unwrap_or_default() {
        places.push(match outcome {
            Ok(committed) => Ok(ctx.told(committed)?),
            Err(errors) => Err(errors.into_iter().map(UserError::from).collect()),
        });
    }
    Ok((places, user_errors))
}

fn changed(places: Vec<Place>) -> Vec<ChangedPost> {
    let changed = places.into_iter().map(|place| match place {
        Ok(place) => ChangedPost { place: Some(place), user_errors: Vec::new() },
        Err(user_errors) => ChangedPost { place: None, user_errors },
    });
    changed.collect()
}
