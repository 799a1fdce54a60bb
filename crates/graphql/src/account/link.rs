//! Connecting accounts in one call, for programs that show no consent page.

use super::mutation::{bind_to_browser, workspace_of_account};
use super::object::{Account, AccountEdge};
use crate::connection::Edge as _;
use crate::request::{ContextExt, UserError, committed, mutation_key, settle, workspace_of_input};
use crate::scalars::{DateTime, GlobalId, Url};
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use fanfare_domain::id::AccountId;
use fanfare_domain::platform::Platform;
use fanfare_services::account::{GivenTokens, LinkAccount, Relinked};

/// An account to be connected.
#[derive(InputObject)]
pub struct LinkAccountInput {
    /// Absent: your default workspace.
    pub workspace_id: Option<ID>,
    /// The network.
    pub platform: Platform,
    /// The profile's name; who consents where the network is simulated: 1 to 50 characters.
    pub name: String,
    /// A token of the account; needed where the network is the real one.
    pub access_token: Option<String>,
    /// What renews the token.
    pub refresh_token: Option<String>,
    /// When the token ends; absent: not known.
    pub token_expires_at: Option<DateTime>,
    /// Within 24 hours the same key with the same input gives the first answer again.
    pub client_mutation_key: Option<String>,
}

/// An account to be connected again.
#[derive(InputObject)]
pub struct RelinkAccountInput {
    /// The account.
    pub account_id: ID,
    /// A new token of the account.
    pub access_token: Option<String>,
    /// Within 24 hours the same key with the same input gives the first answer again.
    pub client_mutation_key: Option<String>,
}

/// What `linkAccount` gives.
#[derive(SimpleObject)]
pub struct LinkAccountPayload {
    /// The account; `null` where there are user errors.
    pub account: Option<Account>,
    /// The account as an edge of `accounts` in the default order. Null if there are user errors.
    pub account_edge: Option<AccountEdge>,
    /// Validation errors; empty on success.
    pub user_errors: Vec<UserError>,
}

/// What `relinkAccount` gives.
#[derive(SimpleObject)]
pub struct RelinkAccountPayload {
    /// The account as it is now; `null` where there are user errors.
    pub account: Option<Account>,
    /// Where the person must consent; `null` where the account is connected again.
    pub authorize_url: Option<Url>,
    /// Validation errors; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Part of `Mutation`: connecting an account with a token, or at once where the platform is simulated.
#[derive(Default)]
pub struct AccountLinkMutation;

#[Object]
impl AccountLinkMutation {
    /// Connects an account with a token, or at once where the network is simulated. Needs the role admin; 5 a minute
    /// that fail for each user.
    async fn link_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "An account to be connected.")] input: LinkAccountInput,
    ) -> Result<LinkAccountPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let key = mutation_key(ctx, "linkAccount", input.client_mutation_key.as_ref(), &input)?;
        let outcome = async {
            let workspace = workspace_of_input(services, actor, input.workspace_id.as_ref()).await?;
            let (refresh, ends) = (input.refresh_token, input.token_expires_at);
            let tokens = input.access_token.map(|access| GivenTokens {
                access,
                refresh,
                expires_at: ends.map(|at| at.0),
            });
            let link = LinkAccount { workspace, platform: input.platform, name: input.name, tokens };
            services.connections().link(actor, link, key).await
        };
        let (connected, user_errors) = committed(ctx, Box::pin(outcome).await)?;
        let connected = connected.map(|it| it.account);
        let (account, account_edge) = AccountEdge::created(connected, Account::new);
        Ok(LinkAccountPayload { account, account_edge, user_errors })
    }

    /// Connects an account again: at once with a token or where the network is simulated, else `authorizeUrl` says
    /// where to consent. Needs the role admin; 5 a minute that fail for each user.
    async fn relink_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "An account to be connected again.")] input: RelinkAccountInput,
    ) -> Result<RelinkAccountPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let key = mutation_key(ctx, "relinkAccount", input.client_mutation_key.as_ref(), &input)?;
        let outcome = async {
            let id = AccountId::parse(&input.account_id, "accountId")?;
            let workspace = workspace_of_account(services, actor, id).await?;
            let tokens =
                input.access_token.map(|access| GivenTokens { access, refresh: None, expires_at: None });
            Ok((workspace, id, services.connections().relink(actor, workspace, id, tokens, key).await?))
        };
        let (relinked, user_errors) = settle(Box::pin(outcome).await)?;
        let Some((workspace, id, relinked)) = relinked else {
            return Ok(RelinkAccountPayload { account: None, authorize_url: None, user_errors });
        };
        let (account, authorize_url) = match relinked {
            Relinked::Connected(connected) => (Some(Account::new(ctx.told(*connected)?.account)), None),
            Relinked::Consent(started) => {
                bind_to_browser(ctx, Some(&started))?;
                let account = ctx.loaders()?.account(workspace, id).await?;
                (account.map(Account), Some(Url(started.authorize_url)))
            }
        };
        Ok(RelinkAccountPayload { account, authorize_url, user_errors })
    }
}
