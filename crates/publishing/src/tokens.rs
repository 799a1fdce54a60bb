//! The tokens of accounts: opened for a call, refreshed ahead of their end by one node at a time.

use super::Engine;
use fanfare_auth::{TokenOwner, TokenPair};
use fanfare_domain::account::AccountStatus;
use fanfare_domain::clock::Timestamp;
use fanfare_platform_api::{PlatformError, TokenSet};
use fanfare_storage::DbError;
use fanfare_storage::account_change::{SealedTokens, TokenTurn};
use fanfare_storage::rows::Account;
use std::time::Duration;

/// A token that can be refreshed is, this long before it ends.
const AHEAD: Duration = Duration::from_mins(10);
/// A long-lived token without a refresh token (Instagram) is exchanged this long before it ends.
const AHEAD_OF_LONG_LIVED: Duration = Duration::from_hours(168);
/// How long one refresh may take before another node may try.
const TURN: Duration = Duration::from_mins(1);
/// Accounts looked at in one round of the refresh ahead.
const ROUND: i64 = 200;

/// Why there is no token.
#[derive(Debug)]
pub enum TokenError {
    /// The network's, or ours where a token cannot be opened.
    Platform(PlatformError),
    Database(DbError),
}

impl From<DbError> for TokenError {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

impl Engine {
    /// The access token of an account, refreshed first where it is about to end, or where the network has refused
    /// `refused`.
    pub(super) async fn access_token(
        &self,
        account: &Account,
        refused: Option<&str>,
    ) -> Result<String, TokenError> {
        let tokens = self.open(account)?;
        let stale = refused.is_some_and(|old| old == tokens.access_token) || self.ends_soon(account);
        if stale { self.refresh(account, &tokens.access_token).await } else { Ok(tokens.access_token) }
    }

    fn ends_soon(&self, account: &Account) -> bool {
        let ahead = if account.refresh_token_sealed.is_some() { AHEAD } else { AHEAD_OF_LONG_LIVED };
        account.token_expires_at.is_some_and(|at| at < self.clock.now().plus(ahead))
    }

    /// One refresh at a time over all nodes. Who comes second waits and takes what the first one stored.
    async fn refresh(&self, account: &Account, old: &str) -> Result<String, TokenError> {
        let (workspace, id) = (account.workspace_id, account.id);
        let give_up = self.clock.now().plus(TURN);
        loop {
            let now = self.clock.now();
            match self.db.accounts().begin_refresh(workspace, id, TURN, now).await? {
                TokenTurn::Mine(current) => {
                    let tokens = self.open(&current)?;
                    if tokens.access_token != old {
                        self.db.accounts().finish_refresh(workspace, id, None, now).await?;
                        return Ok(tokens.access_token);
                    }
                    return self.refresh_now(&current, &tokens).await;
                }
                TokenTurn::Taken if now > give_up => {
                    let message = "another refresh of the account's token does not end".to_owned();
                    return Err(TokenError::Platform(PlatformError::Transient { message }));
                }
                // The row is the condition; there is no signal between nodes for it.
                TokenTurn::Taken => tokio::time::sleep(Duration::from_millis(100)).await,
            }
            let current = self.db.accounts().by_ids(workspace, &[id]).await?.pop();
            let Some(current) = current else { return Err(no_token()) };
            let tokens = self.open(&current)?;
            if tokens.access_token != old {
                return Ok(tokens.access_token);
            }
            if current.status != AccountStatus::Active {
                return Err(no_token());
            }
        }
    }

    async fn refresh_now(&self, account: &Account, tokens: &TokenSet) -> Result<String, TokenError> {
        let (workspace, id) = (account.workspace_id, account.id);
        let client = self.registry.oauth(account.platform).ok_or_else(no_token)?;
        let refreshed = client.refresh(tokens).await;
        let now = self.clock.now();
        match refreshed {
            Ok(new) => {
                let sealed = self.seal(account, &new, tokens)?;
                let seq = self.db.accounts().finish_refresh(workspace, id, Some(sealed), now).await?;
                if let Some(seq) = seq {
                    self.hub.committed(workspace, seq);
                }
                tracing::info!(account = %id, platform = %account.platform, "refreshed an account's token");
                Ok(new.access_token)
            }
            Err(error) => {
                let spent = matches!(error, PlatformError::Unknown { .. }) && client.rotates_refresh_tokens();
                if spent || matches!(error, PlatformError::Auth { .. } | PlatformError::Rejected { .. }) {
                    self.require_reconnect(account, &error.to_string()).await?;
                    return Err(TokenError::Platform(PlatformError::Auth { message: error.to_string() }));
                }
                self.db.accounts().finish_refresh(workspace, id, None, now).await?;
                Err(TokenError::Platform(error))
            }
        }
    }

    /// Marks an account whose owner has to consent again.
    pub(super) async fn require_reconnect(&self, account: &Account, words: &str) -> Result<(), DbError> {
        let now = self.clock.now();
        let reason: String = words.chars().take(300).collect();
        let seq = self
            .db
            .accounts()
            .set_reconnect_required(account.workspace_id, account.id, reason.clone(), now)
            .await?;
        if let Some(seq) = seq {
            self.hub.committed(account.workspace_id, seq);
        }
        Ok(())
    }

    fn open(&self, account: &Account) -> Result<TokenSet, TokenError> {
        let access = account.access_token_sealed.as_deref().ok_or_else(no_token)?;
        let refresh = account.refresh_token_sealed.as_deref();
        let pair = TokenPair::open(&self.sealer, owner(account), access, refresh).map_err(|_| no_token())?;
        Ok(TokenSet {
            access_token: pair.access,
            refresh_token: pair.refresh,
            expires_at: account.token_expires_at,
            refresh_expires_at: account.refresh_expires_at,
            scopes: account.scopes.0.clone(),
        })
    }

    fn seal(&self, account: &Account, tokens: &TokenSet, old: &TokenSet) -> Result<SealedTokens, TokenError> {
        // A network whose refresh token does not rotate answers without one: the old one stays good. It is sealed anew,
        // as the key that has sealed it may be on its way out.
        let refresh = tokens.refresh_token.clone().or_else(|| old.refresh_token.clone());
        let pair = TokenPair { access: tokens.access_token.clone(), refresh };
        let sealed = pair.seal(&self.sealer, owner(account)).map_err(|_| no_token())?;
        Ok(SealedTokens {
            access: sealed.access,
            refresh: sealed.refresh,
            expires_at: tokens.expires_at,
            refresh_expires_at: tokens.refresh_expires_at.or(account.refresh_expires_at),
        })
    }
}

fn owner(account: &Account) -> TokenOwner<'_> {
    TokenOwner { workspace: account.workspace_id, platform: account.platform, remote_id: &account.remote_id }
}

fn no_token() -> TokenError {
    let message = "the account's token is gone or cannot be opened: reconnect the account".to_owned();
    TokenError::Platform(PlatformError::Auth { message })
}

/// Refreshes the tokens that end soon, so that a publication does not have to wait for it.
pub async fn refresh_expiring(engine: &Engine) -> Result<(), DbError> {
    let before: Timestamp = engine.clock.now().plus(AHEAD_OF_LONG_LIVED);
    let accounts = engine.db.accounts().expiring(before, ROUND).await?;
    for account in accounts.iter().filter(|account| engine.ends_soon(account)) {
        match engine.access_token(account, None).await {
            Ok(_) => {}
            Err(TokenError::Database(error)) => return Err(error),
            Err(TokenError::Platform(error)) => {
                tracing::warn!(account = %account.id, platform = %account.platform, %error, "refresh failed");
            }
        }
    }
    Ok(())
}
