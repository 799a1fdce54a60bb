//! The tokens of accounts: opened for a call, refreshed ahead of their end by one node at a time.

use crate::Engine;
use fanfare_auth::{TokenOwner, TokenPair};
use fanfare_domain::account::{AccountStatus, refresh_due};
use fanfare_domain::id::AccountId;
use fanfare_domain::retry::backoff;
use fanfare_leased_work::Held;
use fanfare_platform_api::{PlatformError, TokenSet};
use fanfare_storage::DbError;
use fanfare_storage::command::account_tokens::{ClaimedRefresh, SealedTokens, TokenTurn};
use fanfare_storage::rows::Account;
use std::convert::Infallible;
use std::future::pending;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Between two refreshes of an account that fail.
const FAILED_BASE: Duration = Duration::from_mins(1);
const FAILED_CAP: Duration = Duration::from_hours(1);
/// How long another's refresh is waited for.
const PATIENCE: Duration = Duration::from_mins(1);

/// Why there is no token.
#[derive(Debug)]
pub enum TokenError {
    /// The network's, or ours where a token cannot be opened.
    Platform(PlatformError),
    Database(DbError),
}

/// What became of a refresh.
#[derive(Clone, Debug)]
pub enum Renewal {
    Tokens {
        tokens: TokenSet,
        sealed: SealedTokens,
    },
    /// The owner must consent again.
    Refused {
        words: String,
    },
    /// It may go well another time.
    Failed(PlatformError),
}

impl Renewal {
    fn of(error: TokenError) -> Self {
        match error {
            TokenError::Platform(error) => Self::Failed(error),
            TokenError::Database(error) => {
                Self::Failed(PlatformError::Transient { message: error.to_string() })
            }
        }
    }

    fn token(self) -> Result<String, TokenError> {
        match self {
            Self::Tokens { tokens, .. } => Ok(tokens.access_token),
            Self::Refused { words } => Err(TokenError::Platform(PlatformError::Auth { message: words })),
            Self::Failed(error) => Err(TokenError::Platform(error)),
        }
    }
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
        let due = refresh_due(account.token_expires_at, account.refresh_token_sealed.is_some());
        let ends_soon = due.is_some_and(|at| at < self.clock.now());
        let stale = refused.is_some_and(|old| old == tokens.access_token) || ends_soon;
        if stale { self.refresh(account, &tokens.access_token).await } else { Ok(tokens.access_token) }
    }

    /// One refresh at a time over all nodes. Who comes second waits and takes what the first one stored.
    async fn refresh(&self, account: &Account, old: &str) -> Result<String, TokenError> {
        let (workspace, id) = (account.workspace_id, account.id);
        let (give_up, lease_for) = (Instant::now() + PATIENCE, self.options.lease);
        loop {
            let (now, since) = (self.clock.now(), Instant::now());
            match self.db.token_refreshes().begin(workspace, id, lease_for, now).await? {
                TokenTurn::Mine(turn) => {
                    let there = self.open(&turn.account).map(|tokens| tokens.access_token);
                    if !there.as_deref().is_ok_and(|token| token == old) {
                        self.db.token_refreshes().give_back(turn.lease, None, now).await?;
                        return there;
                    }
                    let held = Held::until(turn.lease, since + lease_for);
                    let renewal = tokio::select! {
                        renewal = self.ask_for_tokens(&turn.account, &held) => renewal,
                        never = self.keep_turn(&held) => match never {},
                    };
                    match self.write_while_held(&turn, &held, &renewal).await {
                        Ok(()) => return renewal.token(),
                        // Another has taken over, or the owner has consented again: what they stored counts.
                        Err(DbError::Fenced) => self.revoke_unstored(&turn.account, &renewal).await,
                        Err(error) => return Err(error.into()),
                    }
                }
                TokenTurn::Taken if since > give_up => {
                    let message = "another refresh of the account's token does not end".to_owned();
                    return Err(TokenError::Platform(PlatformError::Transient { message }));
                }
                // The row is the condition; there is no signal between nodes for it.
                TokenTurn::Taken => sleep(Duration::from_millis(100)).await,
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

    /// Extends a turn for as long as its holder lives: one whose holder died is free as soon as its other leases are.
    async fn keep_turn(&self, held: &Held<AccountId>) -> Infallible {
        let lease_for = self.options.lease;
        loop {
            sleep(lease_for / 3).await;
            let since = Instant::now();
            match self.db.token_refreshes().extend(held.lease(), self.clock.now(), lease_for).await {
                Ok(()) => held.extended(since, lease_for),
                Err(DbError::Fenced) => pending().await,
                Err(error) => tracing::warn!(account = %held.lease().id, %error, "a turn is not extended"),
            }
        }
    }

    /// New tokens that could not be stored: where the account was disconnected meanwhile, the network forgets them too.
    pub(super) async fn revoke_unstored(&self, account: &Account, renewal: &Renewal) {
        let Renewal::Tokens { tokens, .. } = renewal else { return };
        if !self.is_disconnected(account).await {
            return;
        }
        let Some(client) = self.registry.oauth(account.platform) else { return };
        match client.revoke(tokens).await {
            Ok(()) => tracing::info!(account = %account.id, "revoked new tokens of a disconnected account"),
            Err(error) => tracing::warn!(account = %account.id, %error, "new tokens could not be revoked"),
        }
    }

    /// Whether the account was disconnected, or deleted, since it was read; not, where the database does not say.
    async fn is_disconnected(&self, account: &Account) -> bool {
        let current = self.db.accounts().by_ids(account.workspace_id, &[account.id]).await;
        current.is_ok_and(|found| found.iter().all(|it| it.status == AccountStatus::Disconnected))
    }

    /// Asks the network for new tokens, for as long as the turn is certainly held.
    pub(super) async fn ask_for_tokens(&self, account: &Account, held: &Held<AccountId>) -> Renewal {
        let Some(client) = self.registry.oauth(account.platform) else { return Renewal::of(no_token()) };
        let tokens = match self.open(account) {
            Ok(tokens) => tokens,
            Err(error) => return Renewal::of(error),
        };
        let mut asked = client.refresh(&tokens);
        let refreshed = tokio::select! {
            biased;
            // Nobody else refreshes a disconnected account: what arrives can still be revoked.
            () = held.lost() => {
                if self.is_disconnected(account).await {
                    asked.await
                } else {
                    let message = "the turn ended during the refresh".to_owned();
                    Err(PlatformError::Unknown { message })
                }
            }
            refreshed = &mut asked => refreshed,
        };
        match refreshed {
            Ok(mut new) => {
                // A network whose refresh token does not rotate answers without one: the old one stays valid.
                new.refresh_token = new.refresh_token.or_else(|| tokens.refresh_token.clone());
                match self.seal(account, &new) {
                    Ok(sealed) => Renewal::Tokens { tokens: new, sealed },
                    Err(error) => Renewal::of(error),
                }
            }
            Err(error) => {
                let spent = matches!(error, PlatformError::Unknown { .. }) && client.rotates_refresh_tokens();
                if spent || matches!(error, PlatformError::Auth { .. } | PlatformError::Rejected { .. }) {
                    return Renewal::Refused { words: error.to_string() };
                }
                Renewal::Failed(error)
            }
        }
    }

    /// New tokens may be the only ones that are good: a database that does not answer is asked again for as long as the
    /// turn is held.
    async fn write_while_held(
        &self,
        turn: &ClaimedRefresh,
        held: &Held<AccountId>,
        renewal: &Renewal,
    ) -> Result<(), DbError> {
        loop {
            match self.write_renewal(turn, renewal).await {
                Err(DbError::Unavailable(error) | DbError::Full(error))
                    if Instant::now() < held.ends_at() =>
                {
                    tracing::warn!(account = %turn.account.id, %error, "new tokens wait for the database");
                    sleep(Duration::from_millis(100)).await;
                }
                written => return written,
            }
        }
    }

    /// Writes what became of a refresh, and gives the turn back. [`DbError::Fenced`]: another has taken it over.
    pub(super) async fn write_renewal(
        &self,
        turn: &ClaimedRefresh,
        renewal: &Renewal,
    ) -> Result<(), DbError> {
        let (account, lease) = (&turn.account, turn.lease);
        let (refreshes, now) = (self.db.token_refreshes(), self.clock.now());
        match renewal {
            Renewal::Tokens { sealed, .. } => {
                let (workspace, seq) = refreshes.finish(lease, sealed.clone(), now).await?;
                self.hub.committed(workspace, seq);
                tracing::info!(account = %account.id, platform = %account.platform, "refreshed an account's token");
            }
            Renewal::Refused { words } => {
                let reason = shortened(words);
                let seq = refreshes.refuse(account.workspace_id, lease, reason, now).await?;
                if let Some(seq) = seq {
                    self.hub.committed(account.workspace_id, seq);
                }
            }
            Renewal::Failed(error) => {
                tracing::warn!(account = %account.id, platform = %account.platform, %error, "refresh failed");
                refreshes.give_back(lease, Some(now.plus(failed_wait(turn.failures))), now).await?;
            }
        }
        Ok(())
    }

    /// Marks an account whose owner must consent again.
    pub(super) async fn require_reconnect(&self, account: &Account, words: &str) -> Result<(), DbError> {
        let now = self.clock.now();
        let reason = shortened(words);
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

    /// Seals both tokens, also one that is not new: the key that has sealed it may be on its way out.
    fn seal(&self, account: &Account, tokens: &TokenSet) -> Result<SealedTokens, TokenError> {
        let pair = TokenPair { access: tokens.access_token.clone(), refresh: tokens.refresh_token.clone() };
        let sealed = pair.seal(&self.sealer, owner(account)).map_err(|_| no_token())?;
        Ok(SealedTokens {
            access: sealed.access,
            refresh: sealed.refresh,
            expires_at: tokens.expires_at,
            refresh_expires_at: tokens.refresh_expires_at.or(account.refresh_expires_at),
        })
    }
}

/// How long after a failure the next refresh ahead is. `failures`: those in a row before it.
pub(super) fn failed_wait(failures: i32) -> Duration {
    let failures = u32::try_from(failures).unwrap_or(0).saturating_add(1);
    backoff(failures, FAILED_BASE, FAILED_CAP, rand::random(), None)
}

fn owner(account: &Account) -> TokenOwner<'_> {
    TokenOwner { workspace: account.workspace_id, platform: account.platform, remote_id: &account.remote_id }
}

fn no_token() -> TokenError {
    let message = "the account's token is gone or cannot be opened: reconnect the account".to_owned();
    TokenError::Platform(PlatformError::Auth { message })
}

/// As much of an error as an account keeps.
fn shortened(words: &str) -> String {
    words.chars().take(300).collect()
}
