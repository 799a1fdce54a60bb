//! Many posts at once.

use super::input::CreatePostInput;
use super::query::PostEdge;
use super::text_price::BYTES_A_POINT;
use super::told::ShownPost;
use crate::request::{ContextExt as _, UserError, mutation_key, settle};
use async_graphql::{ComplexObject, Context, InputObject, Object, Result, SimpleObject};
use fanfare_query_limits::directives::{field_cost, list_size, text_cost};
use fanfare_services::post::PostPlace;

/// Posts to be created.
#[derive(Clone, Debug, InputObject)]
pub struct CreatePostsInput {
    /// At most 500.
    pub posts: Vec<CreatePostInput>,
    /// 1 to 190 characters: the same key and input within 24 hours gives the first result again.
    pub client_mutation_key: Option<String>,
}

/// A post of a list that was stored.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct CreatedPost {
    /// Its place in the list, from 0.
    pub index: i32,
    #[graphql(skip)]
    place: PostPlace,
}

#[ComplexObject]
impl CreatedPost {
    /// The post.
    async fn post(&self, ctx: &Context<'_>) -> Result<ShownPost> {
        ShownPost::of_id(ctx, self.place.workspace_id, self.place.post_id).await
    }

    /// The post as an edge of `posts` in the default order.
    async fn post_edge(&self, ctx: &Context<'_>) -> Result<PostEdge> {
        PostEdge::load(ctx.loaders()?, self.place.workspace_id, self.place.post_id).await
    }
}

/// A post of a list that was not stored.
#[derive(SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct RefusedPost {
    /// Its place in the list, from 0.
    pub index: i32,
    /// Why it was refused; never empty.
    pub user_errors: Vec<UserError>,
}

/// What createPosts answers: the good ones are stored, whatever the others are.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct CreatePostsPayload {
    #[graphql(skip)]
    created_posts: Vec<CreatedPost>,
    #[graphql(skip)]
    refused_posts: Vec<RefusedPost>,
    /// Validation errors of the list as a whole; if not empty, nothing was stored.
    pub user_errors: Vec<UserError>,
}

#[ComplexObject]
impl CreatePostsPayload {
    /// How many were stored.
    async fn created(&self) -> i32 {
        count(self.created_posts.len())
    }

    /// How many were not.
    async fn failed(&self) -> i32 {
        count(self.refused_posts.len())
    }

    /// Those that were stored, in their order.
    #[graphql(directive = list_size::apply(20))]
    async fn posts(&self) -> &[CreatedPost] {
        &self.created_posts
    }

    /// Those that were not, in their order.
    #[graphql(directive = list_size::apply(20))]
    async fn refusals(&self) -> &[RefusedPost] {
        &self.refused_posts
    }
}

/// Part of `Mutation`: many posts in one call.
#[derive(Default)]
pub struct PostBulkMutation;

#[Object]
impl PostBulkMutation {
    /// Creates up to 500 posts; those that are refused do not hold up the others. Needs the role EDITOR; counts as one
    /// creation.
    #[graphql(directive = field_cost::apply(100), directive = text_cost::apply(BYTES_A_POINT))]
    async fn create_posts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The posts.")] input: CreatePostsInput,
    ) -> Result<CreatePostsPayload> {
        let key = input.client_mutation_key.as_ref();
        let posts = input.posts.iter().enumerate().map(|(index, post)| {
            let key = key.map(|key| format!("{key}#{index}"));
            Ok((post.clone().read(), mutation_key(ctx, "createPosts", key.as_ref(), post)?))
        });
        let posts = posts.collect::<Result<_>>()?;
        let outcome = Box::pin(ctx.services()?.posts().create_many(ctx.actor()?, posts)).await;
        let (outcomes, user_errors) = settle(outcome)?;
        let (mut created_posts, mut refused_posts) = (Vec::new(), Vec::new());
        for (index, outcome) in (0..).zip(outcomes.unwrap_or_default()) {
            match outcome {
                Ok(changed) => {
                    created_posts.push(CreatedPost { index, place: ctx.told(changed)? });
                }
                Err(errors) => {
                    let user_errors = errors.into_iter().map(UserError::from).collect();
                    refused_posts.push(RefusedPost { index, user_errors });
                }
            }
        }
        Ok(CreatePostsPayload { created_posts, refused_posts, user_errors })
    }
}

fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
