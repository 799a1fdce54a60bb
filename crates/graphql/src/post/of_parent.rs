//! The posts of an account and of a campaign, for many of them at once.

use super::object::Post;
use super::query::PostConnection;
use crate::connection::{Page, PageArgs, Total};
use crate::request::{ContextExt as _, top_level};
use async_graphql::{Context, Result};
use fanfare_domain::id::{AccountId, CampaignId, WorkspaceId};

/// A page of the posts of a campaign that the asker may read, the newest first.
pub async fn posts_of_campaign(
    ctx: &Context<'_>,
    workspace: WorkspaceId,
    campaign: CampaignId,
    args: &PageArgs,
) -> Result<PostConnection> {
    let (loaders, window) = (ctx.loaders()?.clone(), args.window().map_err(top_level)?);
    let rows = loaders.posts_of_campaign(workspace, (campaign, window)).await?;
    let total = Total::by(move || {
        let loaders = loaders.clone();
        Box::pin(async move {
            let count = loaders.post_count_of_campaign(workspace, campaign).await;
            count.map(Option::unwrap_or_default)
        })
    });
    Ok(PostConnection::shown(Page::new(rows, &window), total, Post::new))
}

/// A page of the posts that have a target on an account that the asker may read, the newest first.
pub async fn posts_of_account(
    ctx: &Context<'_>,
    workspace: WorkspaceId,
    account: AccountId,
    args: &PageArgs,
) -> Result<PostConnection> {
    let (loaders, window) = (ctx.loaders()?.clone(), args.window().map_err(top_level)?);
    let rows = loaders.posts_of_account(workspace, (account, window)).await?;
    let total = Total::by(move || {
        let loaders = loaders.clone();
        Box::pin(async move {
            let count = loaders.post_count_of_account(workspace, account).await;
            count.map(Option::unwrap_or_default)
        })
    });
    Ok(PostConnection::shown(Page::new(rows, &window), total, Post::new))
}
