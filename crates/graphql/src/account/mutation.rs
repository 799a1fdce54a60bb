//! Connecting, checking and disconnecting accounts.

use super::object::{Account, AccountEdge};
use crate::connection::Edge as _;
use crate::post::Post;
use crate::request::{ContextExt, UserError, committed, settle, workspace_of_input, workspace_of_row};
use crate::scalars::{DateTime, GlobalId, Url};
use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use fanfare_auth::consent_cookie;
use fanfare_domain::actor::Actor;
use fanfare_domain::id::{AccountId, WorkspaceId};
use fanfare_domain::platform::Platform;
use fanfare_platform_api::ClientMode;
use fanfare_services::account::{Answer, Confirmation, StartConsent, StartedConsent};
use fanfare_services::{ServiceResult, Services};
use futures_util::future::try_join_all;

/// Whether a network is the real one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ConnectionMode {
    /// The network itself.
    Live,
    /// The simulator plays the network; a profile name is all that it asks for.
    Simulation,
}

impl From<ClientMode> for ConnectionMode {
    fn from(mode: ClientMode) -> Self {
        match mode {
            ClientMode::Live => Self::Live,
            ClientMode::Simulation => Self::Simulation,
        }
    }
}

/// What is to be connected.
#[derive(InputObject)]
pub struct StartAccountConnectionInput {
    /// Absent: your default workspace.
    pub workspace_id: Option<ID>,
    /// The network.
    pub platform: Platform,
    /// The account to connect again: a consent for another one is refused. Absent: a new account.
    pub account_id: Option<ID>,
    /// A path of the web app to return to, at most 512 characters; `/accounts` by default.
    pub redirect_to: Option<String>,
}

/// Which account is to be connected again.
#[derive(InputObject)]
pub struct ReconnectAccountInput {
    /// The account.
    pub account_id: ID,
    /// A path of the web app to return to, at most 512 characters; `/accounts` by default.
    pub redirect_to: Option<String>,
}

/// What the network sent the person back with. Give `code`, or `error`.
#[derive(InputObject)]
pub struct CompleteAccountConnectionInput {
    /// The `state` of the callback.
    pub state: String,
    /// The `code` of the callback.
    pub code: Option<String>,
    /// The `error` of the callback, such as `access_denied`.
    pub error: Option<String>,
    /// The `error_description` of the callback.
    pub error_description: Option<String>,
}

/// Which account is to be asked about.
#[derive(InputObject)]
pub struct CheckAccountInput {
    /// The account.
    pub account_id: ID,
}

/// Which account is to be disconnected.
#[derive(InputObject)]
pub struct DisconnectAccountInput {
    /// The account.
    pub account_id: ID,
}

/// Declares the payload of a mutation that begins a consent.
macro_rules! consent_payload {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(SimpleObject)]
        pub struct $name {
            /// Send the person here.
            pub authorize_url: Option<Url>,
            /// 256 random bits; comes back with the callback. Good for one use.
            pub state: Option<String>,
            /// Whether the network is the real one.
            pub mode: Option<ConnectionMode>,
            /// The user must authorize before then: ten minutes.
            pub expires_at: Option<DateTime>,
            /// Validation errors; empty on success.
            pub user_errors: Vec<UserError>,
        }

        impl $name {
            fn new(started: Option<StartedConsent>, user_errors: Vec<UserError>) -> Self {
                let Some(started) = started else {
                    let nothing = (None, None, None, None);
                    let (authorize_url, state, mode, expires_at) = nothing;
                    return Self { authorize_url, state, mode, expires_at, user_errors };
                };
                Self {
                    authorize_url: Some(Url(started.authorize_url)),
                    state: Some(started.state.expose().to_owned()),
                    mode: Some(started.mode.into()),
                    expires_at: Some(started.expires_at.into()),
                    user_errors,
                }
            }
        }
    };
}
consent_payload! {
    /// What `startAccountConnection` gives.
    StartAccountConnectionPayload
}
consent_payload! {
    /// What `reconnectAccount` gives.
    ReconnectAccountPayload
}

/// What `completeAccountConnection` gives.
#[derive(SimpleObject)]
pub struct CompleteAccountConnectionPayload {
    /// The connected account; `null` where there are user errors.
    pub account: Option<Account>,
    /// The account as an edge of `accounts` in the default order. Null if there are user errors.
    pub account_edge: Option<AccountEdge>,
    /// Validation errors; empty on success.
    pub user_errors: Vec<UserError>,
}

/// What `checkAccount` gives.
#[derive(SimpleObject)]
pub struct CheckAccountPayload {
    /// The account as it is now, `health` included; `null` where there are user errors.
    pub account: Option<Account>,
    /// Validation errors; empty on success.
    pub user_errors: Vec<UserError>,
}

/// What `disconnectAccount` gives.
#[derive(SimpleObject)]
pub struct DisconnectAccountPayload {
    /// The account, without its tokens; `null` where there are user errors.
    pub account: Option<Account>,
    /// Posts of which something was cancelled because it waited for this account.
    pub cancelled_posts: Vec<Post>,
    /// Validation errors; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Part of `Mutation`: connecting accounts by OAuth authorization, disconnecting them.
#[derive(Default)]
pub struct AccountMutation;

#[Object]
impl AccountMutation {
    /// Begins a consent at a network. Needs the role admin; 5 a minute for each user, those that connect an account not
    /// counted.
    async fn start_account_connection(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be connected.")] input: StartAccountConnectionInput,
    ) -> Result<StartAccountConnectionPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let outcome = async {
            let account = input.account_id.map(|id| AccountId::parse(&id, "accountId")).transpose()?;
            let start = StartConsent {
                workspace: workspace_of_input(services, actor, input.workspace_id.as_ref()).await?,
                platform: input.platform,
                account,
                redirect_to: input.redirect_to,
            };
            services.connections().start(actor, start).await
        };
        let (started, user_errors) = settle(Box::pin(outcome).await)?;
        bind_to_browser(ctx, started.as_ref())?;
        Ok(StartAccountConnectionPayload::new(started, user_errors))
    }

    /// Begins a consent for an account that is connected already. Needs the role admin.
    async fn reconnect_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which account is to be connected again.")] input: ReconnectAccountInput,
    ) -> Result<ReconnectAccountPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let outcome = async {
            let id = AccountId::parse(&input.account_id, "accountId")?;
            let workspace = workspace_of_account(services, actor, id).await?;
            services.connections().restart(actor, workspace, id, input.redirect_to).await
        };
        let (started, user_errors) = settle(Box::pin(outcome).await)?;
        bind_to_browser(ctx, started.as_ref())?;
        Ok(ReconnectAccountPayload::new(started, user_errors))
    }

    /// Ends a consent that the signed-in user began, wherever it was given. Repeated, it returns the same account until
    /// the state expires. Needs the role admin.
    async fn complete_account_connection(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the network sent the person back with.")]
        input: CompleteAccountConnectionInput,
    ) -> Result<CompleteAccountConnectionPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let outcome = async {
            let answer = Answer::of_callback(input.code, input.error, input.error_description)?;
            services.connections().called_back(Confirmation::Actor(actor), None, &input.state, answer).await
        };
        let (connected, user_errors) = committed(ctx, Box::pin(outcome).await)?;
        let connected = connected.map(|connected| connected.account);
        let (account, account_edge) = AccountEdge::created(connected, Account::new);
        Ok(CompleteAccountConnectionPayload { account, account_edge, user_errors })
    }

    /// Asks the network for the account's profile now. An account that the network refuses becomes
    /// `RECONNECT_REQUIRED`. Needs the role admin.
    async fn check_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which account is to be asked about.")] input: CheckAccountInput,
    ) -> Result<CheckAccountPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let outcome = async {
            let id = AccountId::parse(&input.account_id, "accountId")?;
            let workspace = workspace_of_account(services, actor, id).await?;
            services.accounts().check(actor, workspace, id).await
        };
        let (checked, user_errors) = committed(ctx, Box::pin(outcome).await)?;
        Ok(CheckAccountPayload { account: checked.map(Account::new), user_errors })
    }

    /// Erases the account's tokens, here and on the network, and cancels what waits to be published through it. What is
    /// published stays. Needs the role admin.
    async fn disconnect_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which account is to be disconnected.")] input: DisconnectAccountInput,
    ) -> Result<DisconnectAccountPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let outcome = async {
            let id = AccountId::parse(&input.account_id, "accountId")?;
            let workspace = workspace_of_account(services, actor, id).await?;
            services.accounts().disconnect(actor, workspace, id).await
        };
        let (disconnected, user_errors) = committed(ctx, Box::pin(outcome).await)?;
        let Some(disconnected) = disconnected else {
            return Ok(DisconnectAccountPayload { account: None, cancelled_posts: Vec::new(), user_errors });
        };
        let (loaders, workspace) = (ctx.loaders()?, disconnected.account.workspace_id);
        let posts = disconnected.cancelled.iter().map(|id| loaders.post(workspace, *id));
        let cancelled_posts = try_join_all(posts).await?.into_iter().flatten().map(Post::new).collect();
        Ok(DisconnectAccountPayload {
            account: Some(Account::new(disconnected.account)),
            cancelled_posts,
            user_errors,
        })
    }
}

/// The workspace of the input's `accountId`.
pub async fn workspace_of_account(
    services: &Services,
    actor: &Actor,
    id: AccountId,
) -> ServiceResult<WorkspaceId> {
    workspace_of_row(services, actor, id, ("accountId", "account")).await
}

/// The cookie by which the callback knows the browser again; other clients leave it alone.
pub fn bind_to_browser(ctx: &Context<'_>, started: Option<&StartedConsent>) -> Result<()> {
    let Some(started) = started else { return Ok(()) };
    let services = ctx.services()?;
    let lifetime = started.expires_at.since(services.clock().now());
    let base = services.public_base();
    let cookie = consent_cookie::set(&started.state, &started.binding, base, lifetime);
    ctx.append_http_header("set-cookie", cookie);
    Ok(())
}
