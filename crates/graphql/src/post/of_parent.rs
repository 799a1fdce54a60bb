//! The posts of an account and of a campaign, for many of them at once.

use super::object::Post;
use super::query::PostConnection;
use crate::connection::{Page, PageArgs, Total};
use crate::request::{ContextExt as _, top_level};
use async_graphql::{Context, Error, Result};
use fanfare_domain::id::{AccountId, CampaignId, WorkspaceId};
use futures_util::future::BoxFuture;
use futures_util::try_join;

/// A page of the posts of a campaign that the asker may read, the newest first.
pub async fn posts_of_campaign(
    ctx: &Context<'_>,
    workspace: WorkspaceId,
    campaign: CampaignId,
    args: &PageArgs,
) -> Result<PostConnection> {
    let (loaders, window) = (ctx.loaders()?.clone(), args.window("").map_err(top_level)?);
    let counting = loaders.clone();
    let count = move || {
        let loaders = counting.clone();
        let count = async move { loaders.post_count_of_campaign(workspace, campaign).await };
        boxed(count)
    };
    let rows = loaders.posts_of_campaign(workspace, (campaign, window));
    let (rows, total) = try_join!(rows, total(ctx, count))?;
    Ok(PostConnection::shown(Page::new(rows, &window), total, Post::new))
}

/// A page of the posts that have a target on an account that the asker may read, the newest first.
pub async fn posts_of_account(
    ctx: &Context<'_>,
    workspace: WorkspaceId,
    account: AccountId,
    args: &PageArgs,
) -> Result<PostConnection> {
    let (loaders, window) = (ctx.loaders()?.clone(), args.window("").map_err(top_level)?);
    let counting = loaders.clone();
    let count = move || {
        let loaders = counting.clone();
        let count = async move { loaders.post_count_of_account(workspace, account).await };
        boxed(count)
    };
    let rows = loaders.posts_of_account(workspace, (account, window));
    let (rows, total) = try_join!(rows, total(ctx, count))?;
    Ok(PostConnection::shown(Page::new(rows, &window), total, Post::new))
}

/// A count that is not there is none.
fn boxed(
    count: impl Future<Output = Result<Option<i64>>> + Send + 'static,
) -> BoxFuture<'static, Result<i64>> {
    Box::pin(async move { count.await.map(Option::unwrap_or_default) })
}

/// The size of the list. Where it is selected it is read with the level of the lists, whole: a level of its own would
/// ask in several statements.
async fn total(
    ctx: &Context<'_>,
    count: impl Fn() -> BoxFuture<'static, Result<i64>> + Send + Sync + 'static,
) -> Result<Total> {
    if !ctx.look_ahead().field("totalCount").exists() {
        return Ok(Total::by(count));
    }
    let known = count().await?;
    Ok(Total::by(move || Box::pin(std::future::ready(Ok::<i64, Error>(known)))))
}
