//! Connected accounts: lists, health, disconnection. How an account is connected is [`super::consent`].

use crate::context::{Freshness, Read};
use crate::{ServiceError, ServiceResult, Services, uncancelled};
use fanfare_auth::{Action, TokenOwner, TokenPair};
use fanfare_domain::account::AccountStatus;
use fanfare_domain::actor::Actor;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{AccountId, PostId, WorkspaceId};
use fanfare_domain::noun::Noun;
use fanfare_domain::platform::Platform;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_platform_api::{PlatformError, TokenSet};
use fanfare_storage::account_change::ProfileUpdate;
use fanfare_storage::page::{AccountFilter, Window};
use fanfare_storage::rows::Account;
use std::sync::Arc;

/// An account that was disconnected.
pub struct Disconnected {
    pub account: Account,
    /// Posts whose waiting targets of this account were cancelled.
    pub cancelled: Vec<PostId>,
    /// `None`: it was disconnected before.
    pub seq: Option<Seq>,
}

impl Services {
    /// A window of the accounts, newest first, for people: it tells of tokens only whether they are there.
    pub async fn accounts(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        filter: &AccountFilter,
        window: &Window,
        fresh: Freshness,
    ) -> ServiceResult<Vec<Account>> {
        self.authorize(actor, workspace, Action::ReadWorkspace).await?;
        let question = &(filter, window);
        let read = Read { workspace, fresh, about: &[Noun::Accounts], name: "accounts.page", question };
        let page = async { self.db.accounts().page(workspace, filter, window).await };
        Ok(Arc::unwrap_or_clone(self.cached(read, page).await?))
    }

    pub async fn count_accounts(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        filter: &AccountFilter,
        fresh: Freshness,
    ) -> ServiceResult<i64> {
        self.authorize(actor, workspace, Action::ReadWorkspace).await?;
        let read =
            Read { workspace, fresh, about: &[Noun::Accounts], name: "accounts.count", question: filter };
        let count = async { self.db.accounts().count(workspace, filter).await };
        Ok(*self.cached(read, count).await?)
    }

    /// The accounts on some networks that can publish, the oldest first.
    pub(crate) async fn active_accounts_on(
        &self,
        workspace: WorkspaceId,
        platforms: &[Platform],
    ) -> ServiceResult<Vec<Account>> {
        Ok(self.db.accounts().active_on(workspace, platforms).await?)
    }

    /// An account, for a command on the input's `accountId`.
    pub(crate) async fn own_account(&self, workspace: WorkspaceId, id: AccountId) -> ServiceResult<Account> {
        let found = self.db.accounts().by_ids(workspace, &[id]).await?.pop();
        found.ok_or_else(|| UserError::not_found("accountId", "account").into())
    }

    /// How many posts an account has that the caller is known to see.
    pub async fn post_count_of_account(&self, workspace: WorkspaceId, id: AccountId) -> ServiceResult<i64> {
        let counts = self.db.targets().counts_of_accounts(workspace, &[id]).await?;
        Ok(counts.first().map_or(0, |(_, count)| *count))
    }

    /// Erases an account's tokens, here and on the network, and cancels what was to be published through it. What is
    /// published stays.
    pub async fn disconnect_account(
        self: &Arc<Self>,
        actor: &Actor,
        workspace: WorkspaceId,
        id: AccountId,
    ) -> ServiceResult<Disconnected> {
        self.authorize(actor, workspace, Action::ManageAccounts).await?;
        let account = self.own_account(workspace, id).await?;
        if account.status == AccountStatus::Disconnected {
            return Ok(Disconnected { account, cancelled: Vec::new(), seq: None });
        }
        let (services, actor) = (Arc::clone(self), EventActor::from(actor));
        uncancelled(async move {
            let now = services.clock.now();
            let (cancelled, seq) = services.db.accounts().disconnect(workspace, id, actor, now).await?;
            services.hub.committed(workspace, seq);
            let disconnected = services.own_account(workspace, id).await?;
            // The network is told in its own time: whether it listens changes nothing here.
            tokio::spawn(async move { services.revoke(&account).await });
            Ok(Disconnected { account: disconnected, cancelled, seq: Some(seq) })
        })
        .await
    }

    async fn revoke(&self, account: &Account) {
        let Some(client) = self.registry.oauth(account.platform) else { return };
        let outcome = match self.open_tokens(account) {
            Ok(Some(tokens)) => client.revoke(&tokens).await.map_err(|error| error.to_string()),
            Ok(None) => Ok(()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(cause) = outcome {
            tracing::warn!(account.id = %account.id, cause, "a network was not told that an account is disconnected");
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
    pub async fn check_account(
        self: &Arc<Self>,
        actor: &Actor,
        workspace: WorkspaceId,
        id: AccountId,
    ) -> ServiceResult<(Account, Option<Seq>)> {
        self.authorize(actor, workspace, Action::ManageAccounts).await?;
        let account = self.own_account(workspace, id).await?;
        let now = self.clock.now();
        let expired = account.token_expires_at.is_some_and(|at| at <= now);
        let asked = matches!(account.status, AccountStatus::Active | AccountStatus::Error) && !expired;
        let client = self.registry.oauth(account.platform).filter(|_| asked);
        let (Some(client), Some(tokens)) = (client, self.open_tokens(&account)?) else {
            return Ok((account, None));
        };
        let answer = client.profile(&tokens.access_token).await;
        let services = Arc::clone(self);
        uncancelled(async move {
            let now = services.clock.now();
            let seq = match answer {
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
                    services.db.accounts().update_profile(workspace, id, update).await?
                }
                Ok(_) => return Err(network_error("The network answered for another account.")),
                Err(PlatformError::Auth { message }) => {
                    services.db.accounts().set_reconnect_required(workspace, id, message, now).await?
                }
                Err(error) => return Err(network_error(&error.to_string())),
            };
            if let Some(seq) = seq {
                services.hub.committed(workspace, seq);
            }
            Ok((services.own_account(workspace, id).await?, seq))
        })
        .await
    }
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
