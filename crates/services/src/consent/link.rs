//! Connecting an account in one call: with tokens that the caller has, or by the simulated network's consent.

use super::complete::{Connected, Owner};
use super::start::{StartConsent, StartedConsent};
use crate::account::network_error;
use crate::context::Remembered;
use crate::{Limited, MutationKey, ServiceError, ServiceResult, Services, uncancelled};
use fanfare_auth::Action;
use fanfare_domain::actor::Actor;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{AccountId, WorkspaceId};
use fanfare_domain::platform::Platform;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_platform_api::{ClientMode, Profile, TokenSet};
use serde::Deserialize;
use std::sync::Arc;

/// Tokens that the caller got from the network himself.
#[derive(Clone)]
pub struct GivenTokens {
    pub access: String,
    pub refresh: Option<String>,
    pub expires_at: Option<Timestamp>,
}

/// An account to be connected.
#[derive(Clone)]
pub struct LinkAccount {
    pub workspace: WorkspaceId,
    pub platform: Platform,
    /// The profile that consents where the network is simulated.
    pub name: String,
    pub tokens: Option<GivenTokens>,
}

/// What came of connecting an account again.
pub enum Relinked {
    Connected(Box<Connected>),
    /// The network is the real one and no token was given: the person has to consent there.
    Consent(Box<StartedConsent>),
}

impl Services {
    /// Connects an account that is not connected yet.
    pub async fn link_account(
        self: &Arc<Self>,
        actor: &Actor,
        link: LinkAccount,
        key: Option<MutationKey>,
    ) -> ServiceResult<Connected> {
        let (workspace, user) = (link.workspace, actor.user_id);
        self.authorize(actor, workspace, Action::ManageAccounts).await?;
        let work = self.link_new(actor, link);
        let kept = |connected: &Connected| Some(kept(connected));
        match self.remembered(key, workspace, user, work, kept).await? {
            Remembered::First(connected) => Ok(connected),
            Remembered::Again(kept) => self.connected_before(workspace, kept).await,
        }
    }

    async fn link_new(self: &Arc<Self>, actor: &Actor, link: LinkAccount) -> ServiceResult<Connected> {
        let LinkAccount { workspace, platform, name, tokens } = link;
        let known = self.active_accounts_on(workspace, &[platform]).await?;
        let connected = match tokens {
            Some(tokens) => self.connect_with(actor, workspace, platform, tokens, None).await?,
            None if self.clients(platform)?.mode == ClientMode::Simulation => {
                let start = StartConsent { workspace, platform, account: None, redirect_to: None };
                let started = self.start_consent(actor, start).await?;
                self.simulate_consent(actor, platform, started.state.expose(), Some(&name)).await?
            }
            None => {
                let words = "Give the account's access token, or start a consent at the network.";
                return Err(UserError::new(UserErrorCode::Required, "accessToken", words).into());
            }
        };
        if known.iter().any(|account| account.id == connected.account.id) {
            let words = format!("{} is connected already.", connected.account.name);
            return Err(UserError::new(UserErrorCode::AccountAlreadyLinked, "name", words).into());
        }
        Ok(connected)
    }

    /// Connects an account again: at once with a token or where the network is simulated, else by a consent that is
    /// good for this account only.
    pub async fn relink_account(
        self: &Arc<Self>,
        actor: &Actor,
        workspace: WorkspaceId,
        id: AccountId,
        tokens: Option<GivenTokens>,
        key: Option<MutationKey>,
    ) -> ServiceResult<Relinked> {
        self.authorize(actor, workspace, Action::ManageAccounts).await?;
        let work = self.relink_known(actor, workspace, id, tokens);
        // The address of a consent holds a secret, which is kept nowhere.
        let kept = |relinked: &Relinked| match relinked {
            Relinked::Connected(connected) => Some(kept(connected)),
            Relinked::Consent(_) => None,
        };
        match self.remembered(key, workspace, actor.user_id, work, kept).await? {
            Remembered::First(relinked) => Ok(relinked),
            Remembered::Again(kept) => {
                let connected = self.connected_before(workspace, kept).await?;
                Ok(Relinked::Connected(Box::new(connected)))
            }
        }
    }

    async fn relink_known(
        self: &Arc<Self>,
        actor: &Actor,
        workspace: WorkspaceId,
        id: AccountId,
        tokens: Option<GivenTokens>,
    ) -> ServiceResult<Relinked> {
        let account = self.own_account(workspace, id).await?;
        let platform = account.platform;
        if let Some(tokens) = tokens {
            let remote_id = Some(account.remote_id);
            let connected = self.connect_with(actor, workspace, platform, tokens, remote_id).await?;
            return Ok(Relinked::Connected(Box::new(connected)));
        }
        let started = self.start_reconnect(actor, workspace, id, None).await?;
        if started.mode == ClientMode::Live {
            return Ok(Relinked::Consent(Box::new(started)));
        }
        let state = started.state.expose();
        let connected = self.simulate_consent(actor, platform, state, Some(&account.name)).await?;
        Ok(Relinked::Connected(Box::new(connected)))
    }

    /// The account that an earlier call under the same key connected, as it is now.
    async fn connected_before(
        &self,
        workspace: WorkspaceId,
        kept: serde_json::Value,
    ) -> ServiceResult<Connected> {
        let Kept { account, seq } = serde_json::from_value(kept)
            .map_err(|error| ServiceError::Internal(anyhow::anyhow!("a kept account: {error}")))?;
        Ok(Connected { account: self.own_account(workspace, account).await?, seq, redirect_to: None })
    }

    /// Asks the network whose the token is, and stores the account. `wanted`: the network's id of the only account
    /// that it may be.
    async fn connect_with(
        self: &Arc<Self>,
        actor: &Actor,
        workspace: WorkspaceId,
        platform: Platform,
        given: GivenTokens,
        wanted: Option<String>,
    ) -> ServiceResult<Connected> {
        // Each try asks the network: as many a minute as consents.
        let (now, limit) = (self.clock.now(), self.options.oauth_starts_per_minute);
        self.rates.take(Limited::ConsentStart(actor.user_id), limit, now).await?;
        let clients = self.clients(platform)?;
        let profile = clients.oauth.profile(&given.access).await;
        let profile = profile.map_err(|error| network_error(&error.to_string()))?;
        if wanted.is_some_and(|wanted| wanted != profile.remote_id) {
            return Err(mismatch(&profile));
        }
        let tokens = TokenSet {
            access_token: given.access,
            refresh_token: given.refresh,
            expires_at: given.expires_at,
            refresh_expires_at: None,
            scopes: Vec::new(),
        };
        let owner = Owner { workspace, user: actor.user_id, platform };
        let row = self.connected(owner, clients.mode, tokens, profile)?;
        let (services, by) = (Arc::clone(self), EventActor::from(actor));
        uncancelled(async move {
            let (account, seq) = services.db.accounts().connect(row, by).await?;
            services.hub.committed(workspace, seq);
            Ok(Connected { account, seq, redirect_to: None })
        })
        .await
    }
}

/// What is kept of a connection under its key.
#[derive(Deserialize)]
struct Kept {
    account: AccountId,
    seq: Seq,
}

fn kept(connected: &Connected) -> serde_json::Value {
    serde_json::json!({ "account": connected.account.id, "seq": connected.seq })
}

fn mismatch(profile: &Profile) -> ServiceError {
    let words = format!("The token is {}'s, not that of the account to reconnect.", profile.name);
    UserError::new(UserErrorCode::AccountMismatch, "accessToken", words).into()
}
