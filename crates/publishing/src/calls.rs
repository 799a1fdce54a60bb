//! One call of a network under a lease: with the account's token, for as long as the lease is certainly held, and once
//! more with a new token where the network refuses the first.

use super::Engine;
use super::at_work::Run;
use super::tokens::TokenError;
use fanfare_leased_work::Held;
use fanfare_platform_api::{Call, PlatformError};
use fanfare_storage::DbError;
use fanfare_storage::rows::Account;
use std::time::{Duration, Instant};

/// The calls of one run. A refused token is renewed once in a run.
pub struct Calls<'a, I> {
    engine: &'a Engine,
    account: &'a Account,
    held: &'a Held<I>,
    run: Run<'a>,
    /// `None` before the first call.
    token: Option<String>,
    /// The token that the network did not take.
    refused: Option<String>,
    renewed: bool,
}

/// Why a call has no answer.
#[derive(Debug)]
pub enum CallError {
    /// There is no token. Nothing was sent, or it was refused.
    Token(PlatformError),
    /// The network's, or that the lease ended meanwhile.
    Platform(PlatformError),
    Database(DbError),
}

impl From<TokenError> for CallError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Platform(error) => Self::Token(error),
            TokenError::Database(error) => Self::Database(error),
        }
    }
}

impl CallError {
    /// The network's side of it, where the two are not distinguished.
    pub fn of_network(self) -> Result<PlatformError, DbError> {
        match self {
            Self::Token(error) | Self::Platform(error) => Ok(error),
            Self::Database(error) => Err(error),
        }
    }
}

/// What is known of a call whose lease ended, or whose account was disconnected, before its answer.
#[derive(Clone, Copy, Debug)]
pub enum IfLost {
    /// It may have had its effect.
    Unknown,
    /// It has none, or is simply made again.
    Transient,
}

impl IfLost {
    fn error(self, why: &str) -> PlatformError {
        let message = format!("{why} during the call");
        match self {
            Self::Unknown => PlatformError::Unknown { message },
            Self::Transient => PlatformError::Transient { message },
        }
    }
}

impl<'a, I: Copy + Send + Sync + 'static> Calls<'a, I> {
    pub fn new(engine: &'a Engine, account: &'a Account, held: &'a Held<I>) -> Self {
        let run = engine.at_work.enter(account.id);
        Self { engine, account, held, run, token: None, refused: None, renewed: false }
    }

    /// The token for the next call: refreshed where it is about to end, or where the network has refused it.
    pub async fn token(&mut self) -> Result<String, CallError> {
        if let Some(token) = &self.token {
            return Ok(token.clone());
        }
        let token = self.engine.access_token(self.account, self.refused.as_deref()).await?;
        self.token = Some(token.clone());
        Ok(token)
    }

    /// What a call is made with. It must end within `time`.
    pub fn call<'c>(&self, token: &'c str, time: Duration) -> Call<'c>
    where
        'a: 'c,
    {
        Call {
            access_token: token,
            account_remote_id: &self.account.remote_id,
            deadline: Instant::now() + time,
            media: self.engine.media.as_ref(),
        }
    }

    /// Waits for an answer for as long as the account is connected and the lease is certainly held: the heartbeat
    /// extends it, and a process that was stopped past its end drops the request before it sends more.
    pub async fn answer<T>(
        &self,
        if_lost: IfLost,
        request: impl Future<Output = Result<T, PlatformError>>,
    ) -> Result<T, PlatformError> {
        tokio::select! {
            biased;
            () = self.held.lost() => Err(if_lost.error("the lease ended")),
            () = self.run.ended() => Err(if_lost.error("the account was disconnected")),
            answer = request => answer,
        }
    }

    /// Whether the network has refused the token, and no new one has been asked for yet.
    pub fn is_refused(&self) -> bool {
        self.token.is_none() && self.refused.is_some()
    }

    /// Whether the call is to be made once more, with a new token.
    pub fn renews<T>(&mut self, answer: &Result<T, PlatformError>) -> bool {
        let renews = matches!(answer, Err(PlatformError::Auth { .. })) && !self.renewed;
        if renews {
            self.renewed = true;
            self.refused = self.token.take();
        }
        renews
    }
}

/// `call!(calls, time, if_lost, |call| client.delete(&call, id))`: a call under the run's lease. What stands in the
/// closure's place is evaluated before each attempt; `before { ... }` even before the token is asked for.
///
/// It is no function, because the future of an async closure cannot be declared `Send`.
macro_rules! call {
    ($calls:expr, $time:expr, $if_lost:expr, $(before $before:block,)? |$call:ident| $request:expr) => {
        loop {
            $($before)?
            let token = match $calls.token().await {
                Ok(token) => token,
                Err(error) => break Err(error),
            };
            let $call = $calls.call(&token, $time);
            let request = $request;
            let answer = $calls.answer($if_lost, request).await;
            if !$calls.renews(&answer) {
                break answer.map_err($crate::calls::CallError::Platform);
            }
        }
    };
}
pub(crate) use call;
