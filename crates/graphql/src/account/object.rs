//! Connected accounts.

use super::metrics::{AccountMetrics, metrics_of};
use crate::connection::{Keyed, PageArgs, Total, connection};
use crate::request::{ContextExt, top_level};
use crate::scalars::{BigInt, DateTime, GlobalId, Url};
use crate::workspace::named_workspace;
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use fanfare_domain::account::AccountStatus;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::AccountId;
use fanfare_domain::platform::Platform;
use fanfare_services::ServiceError;
use fanfare_storage::page::AccountFilter as RowFilter;
use fanfare_storage::rows;
use std::sync::Arc;
use std::time::Duration;

/// A token that ends sooner is told as a problem where it cannot be renewed.
const ENDS_SOON: Duration = Duration::from_hours(72);

/// An account of a network. Its tokens are in no answer.
#[derive(Clone)]
pub struct Account(pub rows::Account);

/// An account of a network. Its tokens are in no answer.
#[Object]
impl Account {
    /// Opaque, unique among all objects.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }
    /// The row's number, which REST and exports show.
    async fn database_id(&self) -> BigInt {
        BigInt(self.0.id.0)
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
    /// When the access token ends; it is renewed before where the network allows. `null`: the network tells no end.
    async fn token_expires_at(&self) -> Option<DateTime> {
        self.0.token_expires_at.map(DateTime)
    }
    /// At the last look; `null` where the network tells none.
    async fn followers_count(&self) -> Option<BigInt> {
        self.0.followers_count.map(BigInt)
    }
    /// At the last look; `null` where the network tells none.
    async fn following_count(&self) -> Option<BigInt> {
        self.0.following_count.map(BigInt)
    }
    /// How many posts are, or were to be, published on it.
    async fn post_count(&self, ctx: &Context<'_>) -> Result<i32> {
        let count = ctx.loaders()?.post_count_of_account(self.0.workspace_id, self.0.id).await?;
        Ok(count.and_then(|count| i32::try_from(count).ok()).unwrap_or_default())
    }
    /// Its numbers as its network told last; null until it was asked.
    async fn metrics(&self, ctx: &Context<'_>) -> Result<Option<AccountMetrics>> {
        metrics_of(ctx, &self.0).await
    }
    /// What is known without asking the network; `checkAccount` asks it.
    async fn health(&self, ctx: &Context<'_>) -> Result<AccountHealth> {
        let services = ctx.services()?;
        let known = services.registry.get(self.0.platform).is_some();
        let problems = problems(&self.0, known, services.clock.now());
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
pub struct AccountHealth {
    /// Whether there is no problem.
    pub ok: bool,
    /// What is in the way and what to do, one sentence each.
    pub problems: Vec<String>,
}

fn problems(account: &rows::Account, client_known: bool, now: Timestamp) -> Vec<String> {
    let mut problems = Vec::new();
    let reason = account.status_reason.as_deref().unwrap_or("it gave no reason");
    match account.status {
        AccountStatus::Active => {}
        AccountStatus::ReconnectRequired => {
            problems.push(format!("The network refuses the account's tokens ({reason}); reconnect it."));
        }
        AccountStatus::Disconnected => {
            problems.push("The account is disconnected; connect it again to publish.".to_owned());
        }
        AccountStatus::Error => problems.push(format!("The network refuses the account: {reason}.")),
    }
    if !client_known {
        problems.push("This server has no client for the network.".to_owned());
    }
    let ends = account.token_expires_at.filter(|_| account.refresh_token_sealed.is_none());
    if account.status == AccountStatus::Active && ends.is_some_and(|at| at <= now.plus(ENDS_SOON)) {
        problems.push("The access token ends within three days; reconnect the account.".to_owned());
    }
    problems
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

/// See the file.
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
        let id = AccountId::parse(&id, "id").map_err(|error| top_level(error.into()))?;
        match ctx.services()?.workspace_of_account(ctx.actor()?, id).await {
            Ok(workspace) => Ok(ctx.loaders()?.account(workspace, id).await?.map(Account)),
            Err(ServiceError::NotFound) => Ok(None),
            Err(error) => Err(top_level(error)),
        }
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
        let (services, actor, fresh) = (Arc::clone(ctx.services()?), ctx.actor()?.clone(), ctx.fresh()?);
        let workspace = named_workspace(&actor, workspace_id.as_ref()).map_err(top_level)?;
        let window = PageArgs { first, after, last, before, offset }.window().map_err(top_level)?;
        let filter = filter.unwrap_or_default();
        let filter = RowFilter { platforms: filter.platforms, statuses: filter.statuses };
        let rows = services.accounts(&actor, workspace, &filter, &window, fresh).await.map_err(top_level)?;
        let total = Total::new(move || {
            let (services, actor, filter) = (Arc::clone(&services), actor.clone(), filter.clone());
            Box::pin(async move { services.count_accounts(&actor, workspace, &filter, fresh).await })
        });
        Ok(AccountConnection::new(rows, &window, total, Account))
    }
}
