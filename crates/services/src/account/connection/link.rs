//! Connecting an account in one call: with tokens that the caller has, or by the simulated network's consent.

use super::Connections;
use super::complete::{Admits, Connected, Owner};
use super::start::{StartConsent, StartedConsent};
use crate::account::network_error;
use crate::context::{Committed, Context, MutationKey, Remembered, ServiceError, ServiceResult};
use fanfare_auth::Action;
use fanfare_domain::actor::Actor;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{AccountId, WorkspaceId};
use fanfare_domain::platform::Platform;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_platform_api::{ClientMode, PlatformError, Profile, TokenSet};
use serde::Deserialize;
use std::sync::Arc;

/// Tokens that the caller got from the platform directly.
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

/// The account that given tokens are to be of.
struct Wanted {
    workspace: WorkspaceId,
    platform: Platform,
    /// The network's id of the only account that it may be.
    remote_id: Option<String>,
    admits: Admits,
}

/// What came of connecting an account again.
pub enum Relinked {
    Connected(Box<Committed<Connected>>),
    /// The network is the real one and no token was given: the person must consent there.
    Consent(Box<StartedConsent>),
}

impl Connections {
    /// Connects an account that is not connected yet.
    pub async fn link(
        &self,
        actor: &Actor,
        link: LinkAccount,
        key: Option<MutationKey>,
    ) -> ServiceResult<Committed<Connected>> {
        let (workspace, user) = (link.workspace, actor.user_id);
        self.context.authorize(actor, workspace, Action::ManageAccounts).await?;
        let work = self.link_new(actor, link);
        let kept = |connected: &Committed<Connected>| Some(kept(connected));
        match Box::pin(self.context.remembered(key, (workspace, user), work, kept)).await? {
            Remembered::First(connected) => Ok(connected),
            Remembered::Again(kept) => self.connected_before(workspace, kept).await,
        }
    }

    async fn link_new(&self, actor: &Actor, link: LinkAccount) -> ServiceResult<Committed<Connected>> {
        let LinkAccount { workspace, platform, name, tokens } = link;
        if let Some(tokens) = tokens {
            let wanted = Wanted { workspace, platform, remote_id: None, admits: Admits::New };
            if let Some(connected) = self.connect_with(actor, wanted, tokens).await? {
                return Ok(connected);
            }
        }
        if self.clients(platform)?.mode != ClientMode::Simulation {
            let words = "Give the account's access token, or start a consent at the network.";
            return Err(UserError::new(UserErrorCode::Required, "accessToken", words).into());
        }
        let start = StartConsent { workspace, platform, account: None, redirect_to: None };
        let started = self.start(actor, start).await?;
        self.simulate_for(actor, platform, started.state.expose(), Some(&name), Admits::New).await
    }

    /// Connects an account again: at once with a token or where the network is simulated, else by a consent that is
    /// valid for this account only.
    pub async fn relink(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        id: AccountId,
        tokens: Option<GivenTokens>,
        key: Option<MutationKey>,
    ) -> ServiceResult<Relinked> {
        self.context.authorize(actor, workspace, Action::ManageAccounts).await?;
        let work = self.relink_known(actor, workspace, id, tokens);
        // The address of a consent holds a secret, which is kept nowhere.
        let kept = |relinked: &Relinked| match relinked {
            Relinked::Connected(connected) => Some(kept(connected)),
            Relinked::Consent(_) => None,
        };
        match Box::pin(self.context.remembered(key, (workspace, actor.user_id), work, kept)).await? {
            Remembered::First(relinked) => Ok(relinked),
            Remembered::Again(kept) => {
                let connected = self.connected_before(workspace, kept).await?;
                Ok(Relinked::Connected(Box::new(connected)))
            }
        }
    }

    async fn relink_known(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        id: AccountId,
        tokens: Option<GivenTokens>,
    ) -> ServiceResult<Relinked> {
        let account = self.accounts.own(workspace, id).await?;
        let platform = account.platform;
        if let Some(tokens) = tokens {
            let remote_id = Some(account.remote_id.clone());
            let wanted = Wanted { workspace, platform, remote_id, admits: Admits::Any };
            if let Some(connected) = self.connect_with(actor, wanted, tokens).await? {
                return Ok(Relinked::Connected(Box::new(connected)));
            }
        }
        let started = self.restart(actor, workspace, id, None).await?;
        if started.mode == ClientMode::Live {
            return Ok(Relinked::Consent(Box::new(started)));
        }
        let state = started.state.expose();
        let connected = self.simulate(actor, platform, state, Some(&account.name)).await?;
        Ok(Relinked::Connected(Box::new(connected)))
    }

    /// The account that an earlier call under the same key connected, as it is now.
    async fn connected_before(
        &self,
        workspace: WorkspaceId,
        kept: serde_json::Value,
    ) -> ServiceResult<Committed<Connected>> {
        let Kept { account, seq } = serde_json::from_value(kept)
            .map_err(|error| ServiceError::Internal(anyhow::anyhow!("a kept account: {error}")))?;
        let account = self.accounts.own(workspace, account).await?;
        Ok(Committed::before(workspace, seq, Connected { account, redirect_to: None }))
    }

    /// Asks the network whose the token is, and stores the account. `None`: the network is simulated and has not made
    /// the token, which stands for a consent then, as nobody has a real one.
    async fn connect_with(
        &self,
        actor: &Actor,
        wanted: Wanted,
        given: GivenTokens,
    ) -> ServiceResult<Option<Committed<Connected>>> {
        let Wanted { workspace, platform, remote_id, admits } = wanted;
        if !given.access.bytes().all(|byte| byte.is_ascii_graphic()) {
            let words =
                "An access token has no spaces, line breaks or other special characters: copy it again.";
            return Err(UserError::new(UserErrorCode::Invalid, "accessToken", words).into());
        }
        self.count_try(actor.user_id).await?;
        let clients = self.clients(platform)?;
        let profile = match clients.oauth.profile(&given.access).await {
            Ok(profile) => profile,
            Err(PlatformError::Auth { .. }) if clients.mode == ClientMode::Simulation => {
                // The consent is counted instead.
                self.count_success(actor.user_id).await;
                return Ok(None);
            }
            Err(error) => return Err(network_error(&error.to_string())),
        };
        if remote_id.is_some_and(|wanted| wanted != profile.remote_id) {
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
        let (connections, by) = (self.clone(), EventActor::from(actor));
        let connect = |_: Arc<Context>| async move {
            let (account, seq) = connections.store(row, by, admits).await?;
            connections.count_success(owner.user).await;
            ServiceResult::Ok((Connected { account, redirect_to: None }, seq))
        };
        self.context.command(workspace, connect).await.map(Some)
    }
}

/// What is kept of a connection under its key.
#[derive(Deserialize)]
struct Kept {
    account: AccountId,
    seq: Option<Seq>,
}

fn kept(connected: &Committed<Connected>) -> serde_json::Value {
    let seq = connected.position().map(|position| position.seq);
    serde_json::json!({ "account": connected.value().account.id, "seq": seq })
}

fn mismatch(profile: &Profile) -> ServiceError {
    let words = format!("The token is {}'s, not that of the account to reconnect.", profile.name);
    UserError::new(UserErrorCode::AccountMismatch, "accessToken", words).into()
}
