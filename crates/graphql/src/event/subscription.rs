//! What a client can follow: the workspace's log from a cursor on, without a gap or a repeat.

use super::activity::ActivityEvent;
use super::delivered::Delivered;
use crate::inbox::{InboxMessageEvent, is_of_inbox};
use crate::post::{PostStatusEvent, is_post_status};
use crate::request::{ContextExt as _, Loaders, named_workspace, top_level};
use crate::scalars::GlobalId;
use async_graphql::{Context, Error, ErrorExtensions as _, ID, Result, Subscription};
use fanfare_domain::event::{ActivityKind, Event};
use fanfare_domain::id::{AccountId, PostId, WorkspaceId};
use fanfare_services::ServiceError;
use fanfare_services::event::{Feed, FeedEnd, TooSlow};
use fanfare_services::place::RowId;
use futures_util::{Stream, StreamExt as _};
use std::sync::Arc;

/// The root of all subscriptions.
#[derive(Default)]
pub struct Subscription;

/// Everything that can be followed. Each item's `cursor` is a position in the workspace's log.
#[Subscription]
impl Subscription {
    /// Each change of status of posts and their targets. Members only.
    async fn post_status(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Absent: the post's workspace, or your default one.")] workspace_id: Option<ID>,
        #[graphql(desc = "Absent: every post of the workspace.")] post_id: Option<ID>,
        #[graphql(
            desc = "The cursor of the last event that was received: what was missed comes first. Reaches back \
                          10,000 events or 7 days."
        )]
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<Delivered<PostStatusEvent>>>> {
        let post = ("postId", post_id.as_ref());
        let (post, workspace) = place::<PostId>(ctx, post, workspace_id.as_ref()).await?;
        let feed = follow(ctx, workspace, after.as_deref()).await?;
        let wanted = move |event: &Event| {
            is_post_status(event.kind) && (post.is_none() || event.subject.post_id == post)
        };
        let loaders = PostStatusEvent::needs_row(ctx).then(|| ctx.loaders().cloned()).transpose()?;
        Ok(stream(feed, wanted).filter_map(move |item| {
            let loaders = loaders.clone();
            async move {
                let event = match item {
                    Ok(event) => event,
                    Err(error) => return Some(Err(error)),
                };
                match loaders {
                    None => PostStatusEvent::new(&event, None).map(Delivered::new).map(Ok),
                    Some(loaders) => Box::pin(show(event, loaders)).await.transpose(),
                }
            }
        }))
    }

    /// Each message that comes, and each step in dealing with it. Members only.
    async fn inbox_messages(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Absent: the account's workspace, or your default one.")] workspace_id: Option<ID>,
        #[graphql(desc = "Absent: every account of the workspace.")] account_id: Option<ID>,
        #[graphql(
            desc = "The cursor of the last event that was received: what was missed comes first. Reaches back \
                          10,000 events or 7 days."
        )]
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<Delivered<InboxMessageEvent>>>> {
        let account = ("accountId", account_id.as_ref());
        let (account, workspace) = place::<AccountId>(ctx, account, workspace_id.as_ref()).await?;
        let feed = follow(ctx, workspace, after.as_deref()).await?;
        let wanted = move |event: &Event| {
            is_of_inbox(event.kind) && (account.is_none() || event.subject.account_id == account)
        };
        Ok(stream(feed, wanted).filter_map(|item| {
            std::future::ready(match item {
                Ok(event) => InboxMessageEvent::new(event).map(Delivered::new).map(Ok),
                Err(error) => Some(Err(error)),
            })
        }))
    }

    /// Everything that happens in a workspace. Members only.
    async fn activity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Absent: your default one.")] workspace_id: Option<ID>,
        #[graphql(desc = "Only these; absent: all.")] kinds: Option<Vec<ActivityKind>>,
        #[graphql(
            desc = "The cursor of the last event that was received: what was missed comes first. Reaches back \
                          10,000 events or 7 days."
        )]
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<Delivered<ActivityEvent>>>> {
        let workspace = named_workspace(ctx.actor()?, workspace_id.as_ref()).map_err(top_level)?;
        let feed = follow(ctx, workspace, after.as_deref()).await?;
        let wanted = move |event: &Event| kinds.as_ref().is_none_or(|kinds| kinds.contains(&event.kind));
        Ok(stream(feed, wanted).map(|item| item.map(ActivityEvent).map(Delivered::new)))
    }
}

/// The workspace to follow, and the row of it where one is named: `(name, id)` of the argument. The feed decides on
/// access to the workspace.
async fn place<I: GlobalId + Into<RowId>>(
    ctx: &Context<'_>,
    (name, row): (&str, Option<&ID>),
    workspace: Option<&ID>,
) -> Result<(Option<I>, WorkspaceId)> {
    let actor = ctx.actor()?;
    let workspace = workspace.map(|id| WorkspaceId::parse(id, "workspaceId")).transpose();
    let workspace = workspace.map_err(|error| top_level(error.into()))?;
    let Some(row) = row else { return Ok((None, workspace.unwrap_or(actor.default_workspace))) };
    let row = I::parse(row, name).map_err(|error| top_level(error.into()))?;
    let found = Box::pin(ctx.services()?.places().workspace_of(actor, row)).await.map_err(top_level)?;
    if workspace.is_some_and(|workspace| workspace != found) {
        return Err(top_level(ServiceError::NotFound));
    }
    Ok((Some(row), found))
}

/// The workspace's events. Boxed, as [`place`] does it: what a subscription needs to begin is given back then.
async fn follow(ctx: &Context<'_>, workspace: WorkspaceId, after: Option<&str>) -> Result<Box<Feed>> {
    let feed = Box::pin(ctx.services()?.events().follow(ctx.actor()?, workspace, after)).await;
    Ok(Box::new(feed.map_err(top_level)?))
}

/// The event with the row behind it; `None` where the client asks for more than it tells and its post has been deleted
/// since: an error in its place would end the subscription, and again at each attempt to continue from there.
async fn show(event: Arc<Event>, loaders: Loaders) -> Result<Option<Delivered<PostStatusEvent>>> {
    let Some(id) = event.subject.post_id else { return Ok(None) };
    let row = loaders.post(event.workspace_id, id).await?;
    let shown = row.and_then(|row| PostStatusEvent::new(&event, Some(row)));
    Ok(shown.map(Delivered::new))
}

/// The feed is boxed: its place moves with every event.
fn stream(
    feed: Box<Feed>,
    wanted: impl Fn(&Event) -> bool + Send + Sync,
) -> impl Stream<Item = Result<Arc<Event>>> + Send {
    futures_util::stream::unfold(Some((feed, wanted)), async |state| {
        let (mut feed, wanted) = state?;
        match feed.next(&wanted).await? {
            Ok(event) => Some((Ok(event), Some((feed, wanted)))),
            Err(end) => Some((Err(failure(end)), None)),
        }
    })
}

fn failure(end: FeedEnd) -> Error {
    match end {
        FeedEnd::Refused(error) => top_level(error),
        FeedEnd::TooSlow(TooSlow { last }) => {
            Error::new("You are too slow; subscribe again after this cursor.").extend_with(|_, extensions| {
                extensions.set("code", "SLOW_CONSUMER");
                extensions.set("cursor", last.encode());
            })
        }
    }
}
