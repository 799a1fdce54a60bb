//! The beginning: where the user is sent, and what is stored until they come back.

use super::Connections;
use super::STATE_LIFETIME;
use crate::context::{ServiceError, ServiceResult};
use fanfare_auth::sealed_places::pkce_verifier;
use fanfare_auth::{Action, BrowserBinding, OauthState, PkceVerifier};
use fanfare_domain::actor::Actor;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, WorkspaceId};
use fanfare_domain::platform::Platform;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_platform_api::{AuthorizeRequest, ClientMode};
use fanfare_storage::rows::NewOauthState;
use url::Url;

/// The longest path to return to, in bytes.
const MAX_PATH_BYTES: usize = 512;

/// What a person wants to connect.
#[derive(Clone, Debug)]
pub struct StartConsent {
    pub workspace: WorkspaceId,
    pub platform: Platform,
    /// The account to connect again; `None`: any.
    pub account: Option<AccountId>,
    /// A path of the web app.
    pub redirect_to: Option<String>,
}

/// A consent that waits for the person. `Debug` shows neither state nor binding.
pub struct StartedConsent {
    pub authorize_url: Url,
    pub state: OauthState,
    /// For a cookie of the browser that began: see [`super::Confirmation`].
    pub binding: BrowserBinding,
    pub mode: ClientMode,
    pub expires_at: Timestamp,
}

impl Connections {
    /// Begins a consent: `oauth_starts_per_minute` a user, those that connect an account not counted.
    pub async fn start(&self, actor: &Actor, start: StartConsent) -> ServiceResult<StartedConsent> {
        self.context.authorize(actor, start.workspace, Action::ManageAccounts).await?;
        self.count_try(actor.user_id).await?;
        let now = self.context.clock.now();
        let redirect_to = start.redirect_to.map(checked_path).transpose()?;
        if let Some(account) = start.account {
            let account = self.accounts.own(start.workspace, account).await?;
            if account.platform != start.platform {
                return Err(UserError::not_found("accountId", "account").into());
            }
        }
        let clients = self.clients(start.platform)?;
        let state = OauthState::generate();
        let verifier = clients.oauth.uses_pkce().then(PkceVerifier::generate);
        let redirect_uri = self.redirect_uri(start.platform);
        let request = AuthorizeRequest {
            state: state.expose(),
            redirect_uri: &redirect_uri,
            pkce_verifier: verifier.as_ref().map(PkceVerifier::expose),
        };
        let authorize_url =
            clients.oauth.authorize_url(&request).map_err(|error| ServiceError::Internal(error.into()))?;
        let (hash, binding) = (state.hash().to_text(), BrowserBinding::generate());
        let sealed = verifier
            .as_ref()
            .map(|verifier| self.sealer.seal(verifier.expose(), pkce_verifier(&hash)))
            .transpose()?;
        let expires_at = now.plus(STATE_LIFETIME);
        let row = NewOauthState {
            state_hash: hash,
            workspace_id: start.workspace,
            user_id: actor.user_id,
            platform: start.platform,
            account_id: start.account,
            pkce_verifier_sealed: sealed,
            browser_hash: Some(binding.hash().to_text()),
            redirect_to,
            created_at: now,
            expires_at,
        };
        self.context.db.oauth_states().insert(row).await?;
        Ok(StartedConsent { authorize_url, state, binding, mode: clients.mode, expires_at })
    }

    /// The same for an account that is connected already: only the same account of the network ends it.
    pub async fn restart(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        account: AccountId,
        redirect_to: Option<String>,
    ) -> ServiceResult<StartedConsent> {
        self.context.authorize(actor, workspace, Action::ManageAccounts).await?;
        let platform = self.accounts.own(workspace, account).await?.platform;
        let start = StartConsent { workspace, platform, account: Some(account), redirect_to };
        self.start(actor, start).await
    }
}

/// A path of this server and of no other: browsers take `//host` and `/\host` for another host's address.
fn checked_path(path: String) -> ServiceResult<String> {
    let local = path.starts_with('/')
        && !path.starts_with("//")
        && path.len() <= MAX_PATH_BYTES
        && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if local {
        return Ok(path);
    }
    let words = "Give a path of the web app, such as /accounts.";
    Err(UserError::new(UserErrorCode::Invalid, "redirectTo", words).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_leads_to_this_server_only() {
        for path in ["/", "/accounts", "/accounts?tab=1#x", "/a/b%20c"] {
            assert_eq!(checked_path(path.to_owned()).unwrap(), path);
        }
        let long = format!("/{}", "a".repeat(512));
        for path in [
            "",
            "accounts",
            "//evil.example",
            r"/\evil.example",
            r"\\evil",
            "https://evil.example",
            "/a b",
            "/a\r\nSet-Cookie: x",
            "/\u{e9}",
            &long,
        ] {
            assert!(checked_path(path.to_owned()).is_err(), "{path:?}");
        }
    }
}
