//! Copies of posts.

use super::mutation::{Changed, wrote};
use super::query::PostEdge;
use super::told::ShownPost;
use crate::request::{ContextExt as _, UserError, mutation_key};
use crate::scalars::GlobalId as _;
use async_graphql::{Context, ID, InputObject, Object, Result};
use fanfare_domain::id::PostId;

/// Input of `duplicatePost`.
#[derive(Clone, Debug, InputObject)]
pub struct DuplicatePostInput {
    /// The post to copy.
    pub post_id: ID,
    /// 1 to 200 characters: the same key and input within 24 hours gives the first result again.
    pub client_mutation_key: Option<String>,
}

/// Payload of `duplicatePost`.
pub struct DuplicatePostPayload {
    changed: Option<Changed>,
    user_errors: Vec<UserError>,
}

/// Payload of `duplicatePost`.
#[Object]
impl DuplicatePostPayload {
    /// The new draft; null if there are user errors.
    async fn post(&self, ctx: &Context<'_>) -> Result<Option<ShownPost>> {
        let Some(Changed { post, .. }) = &self.changed else { return Ok(None) };
        ShownPost::of_id(ctx, post.workspace_id, post.post_id).await.map(Some)
    }

    /// The post as an edge of `posts` in the default order. Null if there are user errors.
    async fn post_edge(&self, ctx: &Context<'_>) -> Result<Option<PostEdge>> {
        let Some(Changed { post, .. }) = &self.changed else { return Ok(None) };
        PostEdge::load(ctx.loaders()?, post.workspace_id, post.post_id).await.map(Some)
    }

    /// The position of the last event of the change: pass it as `after` to follow what comes next.
    async fn cursor(&self) -> Option<&str> {
        self.changed.as_ref().and_then(|it| it.cursor.as_deref())
    }

    /// Validation errors; empty on success. If there are any, nothing was created.
    async fn user_errors(&self) -> &[UserError] {
        &self.user_errors
    }
}

/// Part of `Mutation`: copies of posts.
#[derive(Default)]
pub struct PostDuplicateMutation;

#[Object]
impl PostDuplicateMutation {
    /// Creates a draft with the text, variants, media, accounts, hashtags and campaign of a post in any state; never with
    /// its time or its results. You are its author. Requires the EDITOR role; counts as one creation, of which there are
    /// 10 a minute by default.
    async fn duplicate_post(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which post.")] input: DuplicatePostInput,
    ) -> Result<DuplicatePostPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let key = mutation_key(ctx, "duplicatePost", input.client_mutation_key.as_ref(), &input)?;
        let outcome = match PostId::parse(&input.post_id, "postId") {
            Ok(id) => Box::pin(services.posts().duplicate(actor, id, key)).await,
            Err(error) => Err(error.into()),
        };
        let (changed, user_errors) = wrote(ctx, outcome)?;
        Ok(DuplicatePostPayload { changed, user_errors })
    }
}
