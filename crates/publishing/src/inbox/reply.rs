//! One run of a reply: looked for where its outcome is open, else sent.

use crate::Engine;
use crate::calls::{CallError, Calls, IfLost, call};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::InboxReplyId;
use fanfare_domain::inbox::{InboxMessage, ReplyState};
use fanfare_domain::read_back::{Next, Sent, Shown, Window, next};
use fanfare_leased_work::Held;
use fanfare_platform_api::{Absence, InboxClient, PlatformError, ReadBack, Replied};
use fanfare_storage::DbError;
use fanfare_storage::rows::{Account, InboxReply};
use fanfare_storage::work::inbox::ReplyOutcome;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

/// The longest that sending or looking takes.
const TIMEOUT: Duration = Duration::from_mins(1);
/// Ids of other replies that a look is told, at most.
const OWNED_BY_OTHERS: i64 = 200;
/// How old a reading of the network's time may be that says when something was sent.
const RECENT: Duration = Duration::from_hours(1);
/// How old it may be where a wait is measured by it.
const FRESH: Duration = Duration::from_mins(1);
/// How long a network that asks to wait without saying how long is left alone.
const WAIT_UNTOLD: Duration = Duration::from_mins(1);

/// Takes a reply as far as it goes now.
pub async fn send(
    engine: &Engine,
    held: &Held<InboxReplyId>,
    reply: &InboxReply,
) -> Result<ReplyOutcome, DbError> {
    let (workspace, id) = (reply.workspace_id, reply.id);
    let (message, account) = engine.db.inbox_replies().with_message(workspace, id).await?;
    let Some(inbox) = engine.registry.inbox(reply.platform) else {
        let error = format!("This server has no client for {}.", reply.platform.display_name());
        return Ok(ReplyOutcome::Refused { error, evidence: None });
    };
    let settle = engine.options.settle.unwrap_or(inbox.inbox_limits().settle);
    let calls = Calls::new(engine, &account, held);
    Run { engine, inbox, held, reply, message: &message, account: &account, settle, calls }.run().await
}

/// A run at its work.
struct Run<'a> {
    engine: &'a Engine,
    inbox: &'a dyn InboxClient,
    held: &'a Held<InboxReplyId>,
    reply: &'a InboxReply,
    message: &'a InboxMessage,
    account: &'a Account,
    /// How long after a call's end the network certainly shows its effect.
    settle: Duration,
    calls: Calls<'a, InboxReplyId>,
}

impl<'a> Run<'a> {
    async fn run(mut self) -> Result<ReplyOutcome, DbError> {
        let open = self.reply.state == ReplyState::Unknown;
        if self.engine.clock.now().since(self.reply.wanted_at()) > self.engine.options.give_up_after {
            return Ok(given_up(open));
        }
        if let Err(error) = self.calls.token().await {
            return self.ended_by(&error.of_network()?.before_call(), open).await;
        }
        if open && let Some(outcome) = self.look_for_it().await? {
            return Ok(outcome);
        }
        match self.network_now(RECENT).await {
            Ok(now) => self.send(now).await,
            // Nothing was sent: what could not be found again by its time is not sent.
            Err(error) => self.ended_by(&error, false).await,
        }
    }

    /// The network's present, which it is asked for where its last answer is older than `max_age`.
    async fn network_now(&self, max_age: Duration) -> Result<Option<Timestamp>, PlatformError> {
        self.calls.answer(IfLost::Transient, self.inbox.network_now(max_age)).await
    }

    async fn send(&mut self, network_now: Option<Timestamp>) -> Result<ReplyOutcome, DbError> {
        let (inbox, subject) = (self.inbox, self.subject());
        let sent = call!(self.calls, TIMEOUT, IfLost::Unknown, |call| {
            // A token that was renewed in between may have taken long.
            let now = self.network_now(RECENT).await.ok().flatten().or(network_now);
            self.write_sent(now).await?;
            inbox.reply(&call, &subject)
        });
        match sent {
            Ok(Replied { remote_id, url, evidence }) => {
                self.engine.note_health(self.account, None);
                Ok(ReplyOutcome::Confirmed { remote_id, url: url.map(String::from), evidence })
            }
            Err(CallError::Platform(error)) => {
                self.engine.note_health(self.account, Some(&error));
                self.ended_by(&error, false).await
            }
            // The call itself was refused: whatever became of the refresh, nothing was sent.
            Err(error) => self.ended_by(&error.of_network()?.before_call(), false).await,
        }
    }

    /// Commits that it is about to be sent, and with it the lease for as long as the call may take.
    async fn write_sent(&self, network_now: Option<Timestamp>) -> Result<(), DbError> {
        let (since, now, lease_for) = (Instant::now(), self.engine.clock.now(), self.engine.options.lease);
        // Any of its calls may have had the effect: it is looked for from the first on.
        let call = network_now
            .map(|now| Sent { at: self.reply.network_sent_at.unwrap_or(now), ..Sent::now(now, lease_for) });
        self.engine.db.reply_queue().sent(self.held.lease(), call, now, lease_for).await?;
        self.held.extended(since, lease_for);
        Ok(())
    }

    fn subject(&self) -> fanfare_platform_api::InboxReply<'a> {
        fanfare_platform_api::InboxReply {
            kind: self.message.kind,
            remote_id: &self.message.remote_id,
            thread_key: &self.message.thread_key,
            sender_remote_id: &self.message.sender_remote_id,
            text: &self.reply.text,
            account_handle: self.account.handle.as_deref(),
        }
    }

    /// Settles a reply whose outcome is open by what the network shows. `None`: it is certainly not there, and is sent
    /// again.
    async fn look_for_it(&mut self) -> Result<Option<ReplyOutcome>, DbError> {
        let network_now = match self.network_now(FRESH).await {
            Ok(now) => now,
            Err(error) => return self.ended_by(&error, true).await.map(Some),
        };
        if let Some(wait) = self.wait_until_readable(network_now) {
            let ended_at = self.reply.sent().zip(network_now).map(|(call, now)| call.ended(now).ended_by);
            return Ok(Some(ReplyOutcome::Again {
                state: ReplyState::Unknown,
                at: self.engine.clock.now().plus(wait),
                counted: false,
                error: "The answer was lost; the network is asked.".to_owned(),
                network_ended_at: ended_at,
                duplicate: self.is_duplicate(),
            }));
        }
        let found = self.find(network_now).await?;
        self.engine.note_reading(self.account, &found);
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

    /// How long until the network certainly shows the reply. The lease is ours, so that nobody has the call under way any
    /// more. Where the network does not tell its time, it goes by ours.
    fn wait_until_readable(&self, network_now: Option<Timestamp>) -> Option<Duration> {
        if let (Some(call), Some(now)) = (self.reply.sent(), network_now) {
            return call.ended(now).wait(now, self.settle);
        }
        let now = self.engine.clock.now();
        let readable_at = self.reply.deadline_at.unwrap_or(now).plus(self.settle);
        (now < readable_at).then(|| readable_at.since(now))
    }

    /// Whether the network has refused to take it again.
    fn is_duplicate(&self) -> bool {
        let evidence = self.reply.evidence.as_ref();
        evidence.is_some_and(|evidence| evidence.0.get("duplicate") == Some(&Value::Bool(true)))
    }

    fn absent(&self, evidence: &Value) -> Option<ReplyOutcome> {
        let attempts = u32::try_from(self.reply.attempts).unwrap_or(0);
        let error = self.reply.error.clone().unwrap_or_else(|| "The network did not take it.".to_owned());
        match next(Shown::Absent, self.is_duplicate(), attempts < self.engine.options.max_attempts) {
            Next::SendAgain => None,
            Next::LookAgain => Some(ReplyOutcome::Again {
                state: ReplyState::Unknown,
                at: self.engine.again_at(attempts + 1, None),
                counted: true,
                error,
                network_ended_at: None,
                duplicate: true,
            }),
            Next::GiveUp => {
                let evidence = Some(json!({ "read_back": evidence, "absent": true }));
                Some(ReplyOutcome::Refused { error, evidence })
            }
            Next::Settle | Next::AskAPerson => {
                let error = format!("It may have been sent, and the network does not list it: {error}");
                Some(ReplyOutcome::Unclear { error })
            }
        }
    }

    async fn find(
        &mut self,
        network_now: Option<Timestamp>,
    ) -> Result<Result<ReadBack, PlatformError>, DbError> {
        let (workspace, account, id) = (self.reply.workspace_id, self.reply.account_id, self.reply.id);
        let replies = self.engine.db.inbox_replies();
        let owned = replies.owned_by_others(workspace, account, id, OWNED_BY_OTHERS).await?;
        let sent_at = self.reply.sent_at.unwrap_or(self.reply.created_at);
        let ended_by = self.reply.deadline_at.unwrap_or(sent_at);
        let by_clock = Sent { at: sent_at, ended_by };
        let call = self.reply.sent().unwrap_or(by_clock);
        // The call of an earlier version, whose clock may have been as wrong then as ours is now.
        let shifted = network_now
            .filter(|_| self.reply.sent().is_none())
            .map(|network_now| by_clock.shifted(self.engine.clock.now(), network_now));
        let window = Window::of([call].into_iter().chain(shifted), self.settle);
        let around = Absence::of(call, self.settle, self.engine.options.read_back_pages, &owned);
        let absence = Absence { window: window.unwrap_or(around.window), ..around };
        let (inbox, subject) = (self.inbox, self.subject());
        let found =
            call!(self.calls, TIMEOUT, IfLost::Transient, |call| inbox.find_reply(&call, &subject, &absence));
        match found {
            Ok(found) => Ok(Ok(found)),
            Err(error) => error.of_network().map(Err),
        }
    }

    /// What is done about a failure. `open`: an earlier run may have sent the reply.
    async fn ended_by(&self, error: &PlatformError, open: bool) -> Result<ReplyOutcome, DbError> {
        let words = error.to_string();
        let attempts = u32::try_from(self.reply.attempts).unwrap_or(0) + 1;
        if matches!(error, PlatformError::Auth { .. }) {
            self.engine.require_reconnect(self.account, &words).await?;
        }
        // A call that was refused as a duplicate proves that an earlier one was taken.
        let duplicate = matches!(error, PlatformError::Duplicate { .. }) && self.reply.sent_at.is_some();
        let lost = !open && (duplicate || matches!(error, PlatformError::Unknown { .. }));
        let network_ended_at = if lost { self.network_now(Duration::MAX).await.ok().flatten() } else { None };
        let again = |state, counted, wait| ReplyOutcome::Again {
            state,
            at: self.engine.again_at(attempts, wait),
            counted,
            error: words.clone(),
            network_ended_at,
            duplicate: duplicate || self.is_duplicate(),
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
            PlatformError::Duplicate { .. } if duplicate => again(ReplyState::Unknown, true, None),
            PlatformError::Auth { .. } | PlatformError::Rejected { .. } | PlatformError::Duplicate { .. } => {
                ReplyOutcome::Refused { error: words, evidence: None }
            }
            // Asking again costs no attempt: nothing was sent.
            _ if open => again(ReplyState::Unknown, false, None),
            // The attempts may be used up, but what may be public is looked for before it is given up.
            PlatformError::Unknown { .. } => again(ReplyState::Unknown, true, None),
            // The network was not asked.
            PlatformError::Unreachable { .. } => again(ReplyState::Queued, false, None),
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
