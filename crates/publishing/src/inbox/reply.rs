//! One run of a reply: looked for where its outcome is open, else sent.

use crate::Engine;
use crate::guard::LeaseGuard;
use crate::tokens::TokenError;
use fanfare_domain::inbox::ReplyState;
use fanfare_platform_api::{Absence, Call, InboxClient, PlatformError, ReadBack, Replied};
use fanfare_storage::DbError;
use fanfare_storage::inbox_work::{ReplyLease, ReplyOutcome};
use fanfare_storage::rows::{Account, InboxMessage, InboxReply};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The longest that sending or looking takes.
const TIMEOUT: Duration = Duration::from_mins(1);
/// Ids of other replies that a look is told, at most.
const OWNED_BY_OTHERS: i64 = 200;
/// How long a network that asks to wait without saying how long is left alone.
const WAIT_UNTOLD: Duration = Duration::from_mins(1);

/// Takes a reply as far as it goes now.
pub async fn send(
    engine: &Arc<Engine>,
    guard: &LeaseGuard<ReplyLease>,
    reply: &InboxReply,
) -> Result<ReplyOutcome, DbError> {
    let (workspace, id) = (reply.workspace_id, reply.id);
    let (message, account) = engine.db.inbox_replies().with_message(workspace, id).await?;
    let Some(inbox) = engine.registry.inbox(reply.platform) else {
        let error = format!("This server has no client for {}.", reply.platform.display_name());
        return Ok(ReplyOutcome::Refused { error, evidence: None });
    };
    let settle = engine.options.settle.unwrap_or(inbox.inbox_limits().settle);
    let token = String::new();
    Run { engine, inbox, guard, reply, message, account, settle, token, renewed: false }.run().await
}

/// A run at its work.
struct Run<'a> {
    engine: &'a Engine,
    inbox: &'a dyn InboxClient,
    guard: &'a LeaseGuard<ReplyLease>,
    reply: &'a InboxReply,
    message: InboxMessage,
    account: Account,
    /// How long after a call's end the network surely shows its effect.
    settle: Duration,
    token: String,
    renewed: bool,
}

impl Run<'_> {
    async fn run(mut self) -> Result<ReplyOutcome, DbError> {
        let open = self.reply.state == ReplyState::Unknown;
        if self.engine.clock.now().since(self.reply.created_at) > self.engine.options.give_up_after {
            return Ok(given_up(open));
        }
        if let Err(error) = self.take_token().await? {
            return self.ended_by(&error, open).await;
        }
        if open && let Some(outcome) = self.look_for_it().await? {
            return Ok(outcome);
        }
        self.send().await
    }

    /// The token, or a new one where the network has refused the one at hand.
    async fn take_token(&mut self) -> Result<Result<(), PlatformError>, DbError> {
        let refused = (!self.token.is_empty()).then_some(self.token.as_str());
        match self.engine.access_token(&self.account, refused).await {
            Ok(token) => self.token = token,
            Err(TokenError::Database(error)) => return Err(error),
            Err(TokenError::Platform(error)) => return Ok(Err(error)),
        }
        Ok(Ok(()))
    }

    async fn send(&mut self) -> Result<ReplyOutcome, DbError> {
        loop {
            let (since, now, lease_for) =
                (Instant::now(), self.engine.clock.now(), self.engine.options.lease);
            self.engine.db.reply_queue().sent(self.guard.lease, now, lease_for).await?;
            self.guard.extended(since, lease_for);
            let outcome = self.call().await;
            self.engine.note_health(self.reply.platform, outcome.as_ref().err());
            match outcome {
                Ok(Replied { remote_id, url, evidence }) => {
                    let url = url.map(String::from);
                    return Ok(ReplyOutcome::Confirmed { remote_id, url, evidence });
                }
                Err(PlatformError::Auth { .. }) if !self.renewed => {
                    self.renewed = true;
                    if let Err(error) = self.take_token().await? {
                        return self.ended_by(&error, false).await;
                    }
                }
                Err(error) => return self.ended_by(&error, false).await,
            }
        }
    }

    async fn call(&self) -> Result<Replied, PlatformError> {
        let (call, subject) = (self.context(), self.subject());
        tokio::select! {
            biased;
            () = self.guard.lost() => {
                Err(PlatformError::Unknown { message: "the lease ended during the call".to_owned() })
            }
            outcome = self.inbox.reply(&call, &subject) => outcome,
        }
    }

    fn context(&self) -> Call<'_> {
        Call {
            access_token: &self.token,
            account_remote_id: &self.account.remote_id,
            deadline: Instant::now() + TIMEOUT,
            media: self.engine.media.as_ref(),
        }
    }

    fn subject(&self) -> fanfare_platform_api::InboxReply<'_> {
        fanfare_platform_api::InboxReply {
            kind: self.message.kind,
            remote_id: &self.message.remote_id,
            thread_key: &self.message.thread_key,
            sender_remote_id: &self.message.sender_remote_id,
            text: &self.reply.text,
            account_handle: self.account.handle.as_deref(),
        }
    }

    /// Settles a reply whose outcome is open by what the network shows. `None`: it is surely not there, and is sent again.
    async fn look_for_it(&mut self) -> Result<Option<ReplyOutcome>, DbError> {
        let now = self.engine.clock.now();
        let readable_at = self.reply.deadline_at.unwrap_or(now).plus(self.settle);
        if now < readable_at {
            let error = "The answer was lost; the network is asked.".to_owned();
            let state = ReplyState::Unknown;
            return Ok(Some(ReplyOutcome::Again { state, at: readable_at, counted: false, error }));
        }
        let found = self.find().await?;
        self.engine.note_health(self.reply.platform, found.as_ref().err());
        match found {
            Ok(ReadBack::Found { remote_id, url, evidence }) => {
                let (url, evidence) = (url.map(String::from), json!({ "read_back": evidence }));
                Ok(Some(ReplyOutcome::Confirmed { remote_id, url, evidence }))
            }
            Ok(ReadBack::Absent { evidence } | ReadBack::Resumable { evidence }) => {
                Ok(self.absent(&evidence))
            }
            Ok(ReadBack::Unclear { reason }) => {
                let error = format!("It may have been sent: {reason} Look at the network.");
                Ok(Some(ReplyOutcome::Unclear { error }))
            }
            Err(error) => self.ended_by(&error, true).await.map(Some),
        }
    }

    fn absent(&self, evidence: &Value) -> Option<ReplyOutcome> {
        let attempts = u32::try_from(self.reply.attempts).unwrap_or(0);
        if attempts < self.engine.options.max_attempts {
            return None;
        }
        let error = self.reply.error.clone().unwrap_or_else(|| "The network did not take it.".to_owned());
        let evidence = Some(json!({ "read_back": evidence, "absent": true }));
        Some(ReplyOutcome::Refused { error, evidence })
    }

    async fn find(&mut self) -> Result<Result<ReadBack, PlatformError>, DbError> {
        let (workspace, account, id) = (self.reply.workspace_id, self.reply.account_id, self.reply.id);
        let owned =
            self.engine.db.inbox_replies().owned_by_others(workspace, account, id, OWNED_BY_OTHERS).await?;
        let sent_at = self.reply.sent_at.unwrap_or(self.reply.created_at);
        let absence = Absence { sent_at, owned_by_others: &owned };
        loop {
            let (call, subject) = (self.context(), self.subject());
            let found = tokio::select! {
                biased;
                () = self.guard.lost() => Err(PlatformError::Transient { message: "the lease ended during the call".to_owned() }),
                found = self.inbox.find_reply(&call, &subject, &absence) => found,
            };
            if !matches!(found, Err(PlatformError::Auth { .. })) || self.renewed {
                return Ok(found);
            }
            self.renewed = true;
            if let Err(error) = self.take_token().await? {
                return Ok(Err(error));
            }
        }
    }

    /// What is done about a failure. `open`: an earlier run may have sent the reply.
    async fn ended_by(&self, error: &PlatformError, open: bool) -> Result<ReplyOutcome, DbError> {
        let words = error.to_string();
        let attempts = u32::try_from(self.reply.attempts).unwrap_or(0) + 1;
        if matches!(error, PlatformError::Auth { .. }) {
            self.engine.require_reconnect(&self.account, &words).await?;
        }
        let again = |state, counted, wait| ReplyOutcome::Again {
            state,
            at: self.engine.again_at(attempts, wait),
            counted,
            error: words.clone(),
        };
        let same = if open { ReplyState::Unknown } else { ReplyState::Queued };
        Ok(match error {
            PlatformError::RateLimited { retry_after, .. } => {
                again(same, false, Some(retry_after.unwrap_or(WAIT_UNTOLD)))
            }
            PlatformError::Auth { .. } | PlatformError::Rejected { .. } if open => {
                let error = format!("It may have been sent, and the network cannot be asked: {words}");
                ReplyOutcome::Unclear { error }
            }
            PlatformError::Auth { .. } | PlatformError::Rejected { .. } => {
                ReplyOutcome::Refused { error: words, evidence: None }
            }
            // Asking again costs no attempt: nothing was sent.
            _ if open => again(ReplyState::Unknown, false, None),
            // The attempts may be used up, but what may be public is looked for before it is given up.
            PlatformError::Unknown { .. } => again(ReplyState::Unknown, true, None),
            _ if attempts >= self.engine.options.max_attempts => {
                ReplyOutcome::Refused { error: words, evidence: None }
            }
            _ => again(ReplyState::Queued, true, None),
        })
    }
}

fn given_up(open: bool) -> ReplyOutcome {
    if open {
        let error = "It may have been sent, and the network could not be asked for 24 hours.".to_owned();
        return ReplyOutcome::Unclear { error };
    }
    ReplyOutcome::Refused { error: "Not sent within 24 hours.".to_owned(), evidence: None }
}
