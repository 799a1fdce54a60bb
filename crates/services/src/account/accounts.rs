//! Connected accounts: lists, health, disconnection. How an account is connected is [`super::connection`].

use crate::context::{Committed, Context, List, Listed, Query, ServiceError, ServiceResult, Window, shared};
use fanfare_auth::{Action, Sealer, TokenOwner, TokenPair};
use fanfare_domain::account::AccountStatus;
use fanfare_domain::actor::Actor;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{AccountId, PostId, WorkspaceId};
use fanfare_domain::noun::Noun;
use fanfare_domain::platform::Platform;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_platform_api::{PlatformError, Registry, TokenSet};
use fanfare_storage::command::profile_update::ProfileUpdate;
use fanfare_storage::page::AccountFilter;
use fanfare_storage::rows::{Account, ShownAccount};
use std::sync::Arc;
use std::time::Duration;

/// A token that expires sooner is reported as a problem where it cannot be renewed.
const EXPIRES_SOON: Duration = Duration::from_hours(72);

/// An account that was disconnected.
pub struct Disconnected {
    pub account: ShownAccount,
    /// Posts whose waiting targets of this account were cancelled.
    pub cancelled: Vec<PostId>,
}

/// The service of accounts.
#[derive(Clone)]
pub struct Accounts {
    context: Arc<Context>,
    registry: Registry,
    sealer: Arc<Sealer>,
}

impl Accounts {
    pub(crate) fn new(context: &Arc<Context>, registry: &Registry, sealer: &Arc<Sealer>) -> Self {
        Self { context: Arc::clone(context), registry: registry.clone(), sealer: Arc::clone(sealer) }
    }

    /// The accounts of a workspace, newest first.
    pub fn list(&self, query: Query<AccountFilter>) -> Listed<Self, AccountFilter> {
        Listed { service: self.clone(), query }
    }

    /// Accounts by id, for those who may read the workspace.
    pub async fn by_ids(
        &self,
        workspace: WorkspaceId,
        ids: &[AccountId],
    ) -> ServiceResult<Vec<ShownAccount>> {
        Ok(self.context.db.accounts().shown(workspace, ids).await?)
    }

    /// The accounts on some platforms that can publish, the oldest first.
    pub(crate) async fn active_on(
        &self,
        workspace: WorkspaceId,
        platforms: &[Platform],
    ) -> ServiceResult<Vec<ShownAccount>> {
        Ok(self.context.db.accounts().active_on(workspace, platforms).await?)
    }

    /// An account, for a command on the input's `accountId`.
    pub(crate) async fn own(&self, workspace: WorkspaceId, id: AccountId) -> ServiceResult<ShownAccount> {
        let found = self.by_ids(workspace, &[id]).await?.pop();
        found.ok_or_else(|| UserError::not_found("accountId", "account").into())
    }

    /// How many posts each account has, for those who may read the workspace; those without a post are left out.
    pub async fn post_counts(
        &self,
        workspace: WorkspaceId,
        ids: &[AccountId],
    ) -> ServiceResult<Vec<(AccountId, i64)>> {
        Ok(self.context.db.targets().counts_of_accounts(workspace, ids).await?)
    }

    /// What is in the way of publishing on an account, now and in the next days, one sentence each. No platform is
    /// asked: [`Accounts::check`] asks it.
    pub fn problems(&self, account: &ShownAccount) -> Vec<String> {
        problems(account, self.registry.get(account.platform).is_some(), self.context.clock.now())
    }

    /// Erases an account's tokens, here and on the network, and cancels what was to be published through it. What is
    /// published stays.
    pub async fn disconnect(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        id: AccountId,
    ) -> ServiceResult<Committed<Disconnected>> {
        self.context.authorize(actor, workspace, Action::ManageAccounts).await?;
        let account = self.own(workspace, id).await?;
        if account.status == AccountStatus::Disconnected {
            let nothing = Disconnected { account, cancelled: Vec::new() };
            return Ok(Committed::unchanged(nothing));
        }
        let (accounts, by) = (self.clone(), EventActor::from(actor));
        let disconnect = |context: Arc<Context>| async move {
            let done = context.db.accounts().disconnect(workspace, id, by, context.clock.now()).await;
            done.map(|(before, cancelled, seq)| {
                // The network is told in its own time: whether it listens changes nothing here.
                tokio::spawn(async move { accounts.revoke(&before).await });
                (cancelled, seq)
            })
        };
        let committed = self.context.command(workspace, disconnect).await?;
        let read = |cancelled| async move {
            Ok(Disconnected { account: self.own(workspace, id).await?, cancelled })
        };
        committed.read(read).await
    }

    async fn revoke(&self, account: &Account) {
        let Some(client) = self.registry.oauth(account.platform) else { return };
        let outcome = match self.open_tokens(account) {
            Ok(Some(tokens)) => client.revoke(&tokens).await.map_err(|error| error.to_string()),
            Ok(None) => Ok(()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(cause) = outcome {
            tracing::warn!(account.id = %account.id, cause, "token revocation failed");
        }
    }

    /// The tokens in the clear; `None`: the account has none.
    fn open_tokens(&self, account: &Account) -> ServiceResult<Option<TokenSet>> {
        let Some(access) = &account.access_token_sealed else { return Ok(None) };
        let owner = TokenOwner {
            workspace: account.workspace_id,
            platform: account.platform,
            remote_id: &account.remote_id,
        };
        let pair = TokenPair::open(&self.sealer, owner, access, account.refresh_token_sealed.as_deref())?;
        Ok(Some(TokenSet {
            access_token: pair.access,
            refresh_token: pair.refresh,
            expires_at: account.token_expires_at,
            refresh_expires_at: account.refresh_expires_at,
            scopes: account.scopes.0.clone(),
        }))
    }

    /// Asks the network for the account's profile now, and stores what has changed. An account that the network
    /// refuses becomes `reconnect_required`. One whose access token has expired is not asked: its tokens are renewed
    /// before the next publication.
    pub async fn check(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        id: AccountId,
    ) -> ServiceResult<Committed<ShownAccount>> {
        self.context.authorize(actor, workspace, Action::ManageAccounts).await?;
        let found = self.context.db.accounts().by_ids(workspace, &[id]).await?.pop();
        let account = found.ok_or_else(|| UserError::not_found("accountId", "account"))?;
        let expired = account.token_expires_at.is_some_and(|at| at <= self.context.clock.now());
        let asked = matches!(account.status, AccountStatus::Active | AccountStatus::Error) && !expired;
        let client = self.registry.oauth(account.platform).filter(|_| asked);
        let (Some(client), Some(tokens)) = (client, self.open_tokens(&account)?) else {
            return Ok(Committed::unchanged(account.into()));
        };
        let answer = client.profile(&tokens.access_token).await;
        let store = |context: Arc<Context>| async move {
            let (accounts, now) = (context.db.accounts(), context.clock.now());
            let seq: Option<Seq> = match answer {
                Ok(profile) if profile.remote_id == account.remote_id => {
                    let update = ProfileUpdate {
                        name: profile.name,
                        handle: profile.handle,
                        account_type: profile.account_type,
                        picture_url: profile.picture_url,
                        profile_url: profile.profile_url,
                        followers_count: profile.followers_count,
                        following_count: profile.following_count,
                        updated_at: now,
                    };
                    accounts.update_profile(workspace, id, update).await?
                }
                Ok(_) => return Err(network_error("The network answered for another account.")),
                Err(PlatformError::Auth { message }) => {
                    accounts.set_reconnect_required(workspace, id, message, now).await?
                }
                Err(error) => return Err(network_error(&error.to_string())),
            };
            Ok(((), seq))
        };
        let committed = self.context.command(workspace, store).await?;
        committed.read(|()| self.own(workspace, id)).await
    }
}

impl List for Listed<Accounts, AccountFilter> {
    type Row = Arc<ShownAccount>;

    async fn page(&self, window: &Window) -> ServiceResult<Vec<Arc<ShownAccount>>> {
        let (context, query) = (&self.service.context, &self.query);
        let page = shared(context.db.accounts().page(query.workspace, &query.filter, window));
        context.listed(query, (&[Noun::Accounts], "accounts.page"), &(&query.filter, window), page).await
    }

    async fn count(&self) -> ServiceResult<i64> {
        let (context, query) = (&self.service.context, &self.query);
        let count = context.db.accounts().count(query.workspace, &query.filter);
        context.listed(query, (&[Noun::Accounts], "accounts.count"), &query.filter, count).await
    }
}

fn problems(account: &ShownAccount, client_known: bool, now: Timestamp) -> Vec<String> {
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
    let ends = account.token_expires_at.filter(|_| !account.renewable);
    if account.status == AccountStatus::Active && ends.is_some_and(|at| at <= now.plus(EXPIRES_SOON)) {
        problems.push("The access token ends within three days; reconnect the account.".to_owned());
    }
    problems
}

/// What a network said against it, in its own words.
pub(crate) fn network_error(words: &str) -> ServiceError {
    UserError::new(UserErrorCode::AccountNetworkError, "", words).into()
}

impl From<fanfare_auth::SealError> for ServiceError {
    fn from(error: fanfare_auth::SealError) -> Self {
        Self::Internal(error.into())
    }
}
