//! Connected accounts.

use super::metrics::{AccountMetrics, metrics_of};
use crate::connection::{Keyed, PageArgs, connection};
use crate::post::{PostConnection, posts_of_account};
use crate::request::{ContextExt, each_once, row_of};
use crate::scalars::{BigInt, DateTime, GlobalId, Url};
use crate::workspace::Workspace;
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use fanfare_domain::account::AccountStatus;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, WorkspaceId};
use fanfare_domain::platform::Platform;
use fanfare_services::account::{self as rows, AccountFilter as RowFilter};
use std::sync::Arc;

/// An account of a network. Its tokens are in no answer.
#[derive(Clone)]
pub struct Account(pub Arc<rows::Account>);

impl Account {
    pub fn new(row: impl Into<Arc<rows::Account>>) -> Self {
        Self(row.into())
    }
}

/// An account of a network. Its tokens are in no answer.
#[Object(crate = "crate::execution")]
impl Account {
    /// Opaque, unique among all objects.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }
    /// The row's number, which REST and exports show.
    async fn database_id(&self) -> BigInt {
        BigInt(self.0.id.0)
    }
    /// The workspace that it is connected to.
    async fn workspace(&self, ctx: &Context<'_>) -> Result<Workspace> {
        Workspace::of(ctx, self.0.workspace_id).await
    }
    /// The network.
    async fn platform(&self) -> Platform {
        self.0.platform
    }
    /// The network's own id of the account.
    async fn remote_id(&self) -> &str {
        &self.0.remote_id
    }
    /// The name that people see on the network.
    async fn name(&self) -> &str {
        &self.0.name
    }
    /// The name in the account's address, without `@`; `null` where the network has none.
    async fn handle(&self) -> Option<&str> {
        self.0.handle.as_deref()
    }
    /// In the network's words, such as `personal`, `business`, `channel`.
    async fn account_type(&self) -> &str {
        &self.0.account_type
    }
    /// The account's picture, on the network; `null` where it tells none.
    async fn picture_url(&self) -> Option<Url> {
        Url::from_stored(self.0.picture_url.as_deref())
    }
    /// The account's page on the network; `null` where it tells none.
    async fn profile_url(&self) -> Option<Url> {
        Url::from_stored(self.0.profile_url.as_deref())
    }
    /// Whether it can publish.
    async fn status(&self) -> AccountStatus {
        self.0.status
    }
    /// Whether its status is `ACTIVE`.
    async fn is_active(&self) -> bool {
        self.0.status == AccountStatus::Active
    }
    /// Why it cannot, in the network's words.
    async fn status_reason(&self) -> Option<&str> {
        self.0.status_reason.as_deref()
    }
    /// Whether the network is played by the simulator: what is published is seen by nobody.
    async fn simulated(&self) -> bool {
        self.0.simulated
    }
    /// What the person consented to, in the network's words.
    async fn scopes(&self) -> &[String] {
        &self.0.scopes.0
    }
    /// When the access token ends; it is renewed before where the network allows. `null`: the network reports no end.
    async fn token_expires_at(&self) -> Option<DateTime> {
        self.0.token_expires_at.map(DateTime)
    }
    /// At the last look; `null` where the network reports none.
    async fn followers_count(&self) -> Option<BigInt> {
        self.0.followers_count.map(BigInt)
    }
    /// At the last look; `null` where the network reports none.
    async fn following_count(&self) -> Option<BigInt> {
        self.0.following_count.map(BigInt)
    }
    /// How many posts are, or were to be, published on it.
    async fn post_count(&self, ctx: &Context<'_>) -> Result<i32> {
        let count = ctx.loaders()?.post_count_of_account(self.0.workspace_id, self.0.id).await?;
        Ok(count.and_then(|count| i32::try_from(count).ok()).unwrap_or_default())
    }
    /// The posts that are, or were to be, published on it, the newest first.
    async fn posts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Items from the start, 1 to 100. Defaults to 20.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<PostConnection> {
        let page = PageArgs { first, after, last, before, offset: None };
        Box::pin(posts_of_account(ctx, self.0.workspace_id, self.0.id, &page)).await
    }
    /// Its metrics as of the last sync; null before the first.
    async fn metrics(&self, ctx: &Context<'_>) -> Result<Option<AccountMetrics>> {
        Box::pin(metrics_of(ctx, &self.0)).await
    }
    /// What is known without asking the network; `checkAccount` asks it.
    async fn health(&self, ctx: &Context<'_>) -> Result<AccountHealth> {
        let problems = ctx.services()?.accounts().problems(&self.0);
        Ok(AccountHealth { ok: problems.is_empty(), problems })
    }
    /// When it was first connected.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }
    /// When its profile, status or tokens last changed.
    async fn updated_at(&self) -> DateTime {
        self.0.updated_at.into()
    }
}

/// Whether an account can publish, now and in the next days.
#[derive(SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct AccountHealth {
    /// Whether there is no problem.
    pub ok: bool,
    /// What is in the way and what to do, one sentence each.
    pub problems: Vec<String>,
}

connection!(AccountConnection, AccountEdge, Account, "accounts");

impl Keyed for rows::Account {
    fn key(&self) -> (Timestamp, i64) {
        (self.created_at, self.id.0)
    }
}

/// Which accounts.
#[derive(Default, InputObject)]
pub struct AccountFilter {
    /// Of one of these networks; absent: of any.
    pub platforms: Option<Vec<Platform>>,
    /// In one of these states; absent: in any.
    pub statuses: Option<Vec<AccountStatus>>,
}

/// Part of `Query`: connected accounts.
#[derive(Default)]
pub struct AccountQuery;

#[Object]
impl AccountQuery {
    /// An account; `null` if it is in none of your workspaces.
    async fn account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The account's id.")] id: ID,
    ) -> Result<Option<Account>> {
        let Some((workspace, id)) = row_of::<AccountId>(ctx, &id, "id").await? else { return Ok(None) };
        Ok(ctx.loaders()?.account(workspace, id).await?.map(Account))
    }

    /// The accounts of a workspace, the newest first.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn accounts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Absent: your default workspace.")] workspace_id: Option<ID>,
        #[graphql(desc = "Which accounts; absent: all.")] filter: Option<AccountFilter>,
        #[graphql(desc = "Items from the start, 1 to 100; 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only items behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
        #[graphql(desc = "Items to pass over, 0 to 10,000.")] offset: Option<i32>,
    ) -> Result<AccountConnection> {
        let page = PageArgs { first, after, last, before, offset };
        accounts_of(ctx, ctx.workspace(workspace_id.as_ref())?, filter, &page).await
    }
}

/// The accounts of a workspace, the newest first.
pub async fn accounts_of(
    ctx: &Context<'_>,
    workspace: WorkspaceId,
    filter: Option<AccountFilter>,
    page: &PageArgs,
) -> Result<AccountConnection> {
    let filter = filter.unwrap_or_default();
    let filter = RowFilter { platforms: each_once(filter.platforms), statuses: each_once(filter.statuses) };
    let query = ctx.query_in(workspace, filter)?;
    AccountConnection::of(ctx.services()?.accounts().list(query), page, Account).await
}
