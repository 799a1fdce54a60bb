//! Replies on their way: claimed, sent and settled. The workspace is not a parameter here: a worker works for all of
//! them.

use crate::Conn;
use crate::repo::leases::{lease_time, leases, overdue};
use crate::repo::{budgets, events, inbox, jobs};
use fanfare_domain::budget::BudgetRule;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::payload::{InboxReplySettled, ReplyError, ReplyFacts};
use fanfare_domain::event::{EventActor, EventPayload};
use fanfare_domain::id::{AccountId, InboxReplyId};
use fanfare_domain::inbox::{InboxMessage, InboxStatus, ReplyState};
use fanfare_domain::read_back::Sent;
use fanfare_domain::work::{Lapsed, Lease};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::InboxReply;
use fanfare_storage::work::inbox::{ClaimedReply, ReplyClaims, ReplyOutcome, ReplyRequest, Told};
use std::time::Duration;

leases!(inbox_replies, id: InboxReplyId);
overdue!(
    inbox_replies,
    id: InboxReplyId,
    lease_until,
    lease_token,
    inbox_replies::lease_until.is_not_null()
);

/// Claims due replies: at most one at a time for each account, in the order of their times. Never waits for a lock that
/// another node holds.
pub async fn claim(conn: &mut Conn, mut request: ReplyRequest) -> CommandResult<ReplyClaims> {
    tx!(conn, {
        let now = jobs::now(conn, request.now).await?;
        let due = due(conn, now, request.limit).await?;
        let count = due.len();
        let replies = lock(conn, due, now).await?;
        let mut claims = ReplyClaims { more: replies.len() < count, ..ReplyClaims::default() };
        let charges: Vec<_> = replies.iter().map(|reply| charges(reply, &request)).collect();
        let allowed = budgets::charge(conn, &charges, now).await?;
        for (reply, allowed) in replies.into_iter().zip(allowed) {
            let this = diesel::update(inbox_replies::table.find(reply.id));
            let rests = request.resting.take(reply.platform, reply.account_id).map(|wait| now.plus(wait));
            if let Some(until) = rests.or(allowed.err()) {
                this.set(inbox_replies::run_at.eq(Some(until))).execute(conn).await?;
                // Others may be due behind it.
                claims.more = true;
                continue;
            }
            let until = lease_time(now).plus(request.lease);
            let held: InboxReply = this
                .set((
                    inbox_replies::lease_until.eq(Some(until)),
                    inbox_replies::lease_token.eq(reply.lease_token + 1),
                ))
                .returning(InboxReply::as_returning())
                .get_result(conn)
                .await?;
            claims.claimed.push(ClaimedReply {
                lease: Lease { id: held.id, token: held.lease_token, until },
                lateness: now.since(reply.run_at.unwrap_or(now)),
                reply: held,
            });
        }
        Ok(claims)
    })
}

/// What is only looked for is not charged again.
fn charges(reply: &InboxReply, request: &ReplyRequest) -> Vec<(String, BudgetRule)> {
    let rules = request.budgets.get(&reply.platform).filter(|_| reply.state == ReplyState::Queued);
    let keys = [format!("reply:app:{}", reply.platform), format!("reply:account:{}", reply.account_id)];
    rules.into_iter().flat_map(|rules| keys.clone().into_iter().zip([rules.app, rules.account])).collect()
}

/// The first due reply of each account that is not at one.
async fn due(conn: &mut Conn, now: Timestamp, limit: i64) -> QueryResult<Vec<(InboxReplyId, AccountId)>> {
    let (running, earlier) = diesel::alias!(inbox_replies as running, inbox_replies as earlier);
    let (run_at, id) = (earlier.field(inbox_replies::run_at), earlier.field(inbox_replies::id));
    let before =
        run_at.lt(inbox_replies::run_at).or(run_at.eq(inbox_replies::run_at).and(id.lt(inbox_replies::id)));
    inbox_replies::table
        .filter(inbox_replies::run_at.le(now).and(inbox_replies::lease_until.is_null()))
        .filter(diesel::dsl::not(diesel::dsl::exists(
            running
                .filter(running.field(inbox_replies::account_id).eq(inbox_replies::account_id))
                .filter(running.field(inbox_replies::lease_until).is_not_null()),
        )))
        .filter(diesel::dsl::not(diesel::dsl::exists(
            earlier
                .filter(earlier.field(inbox_replies::account_id).eq(inbox_replies::account_id))
                .filter(before),
        )))
        .order((inbox_replies::run_at, inbox_replies::id))
        .limit(limit)
        .select((inbox_replies::id, inbox_replies::account_id))
        .load(conn)
        .await
}

/// On PostgreSQL: locks those of whose account no other node takes one now. SQLite's writer is alone.
async fn lock(
    conn: &mut Conn,
    due: Vec<(InboxReplyId, AccountId)>,
    now: Timestamp,
) -> QueryResult<Vec<InboxReply>> {
    pg_only! {
        let wanted: Vec<AccountId> = due.iter().map(|(_, account)| *account).collect();
        let free: Vec<AccountId> = accounts::table
            .filter(accounts::id.eq_any(wanted))
            .order(accounts::id)
            .select(accounts::id)
            .for_no_key_update()
            .skip_locked()
            .load(conn)
            .await?;
        let due: Vec<_> = due.into_iter().filter(|(_, account)| free.contains(account)).collect();
    }
    if due.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<InboxReplyId> = due.iter().map(|(id, _)| *id).collect();
    let running = diesel::alias!(inbox_replies as running);
    inbox_replies::table
        .filter(inbox_replies::id.eq_any(ids).and(inbox_replies::run_at.le(now)))
        .filter(diesel::dsl::not(diesel::dsl::exists(
            running
                .filter(running.field(inbox_replies::account_id).eq(inbox_replies::account_id))
                .filter(running.field(inbox_replies::lease_until).is_not_null()),
        )))
        .order((inbox_replies::run_at, inbox_replies::id))
        .select(InboxReply::as_select())
        .load(conn)
        .await
}

/// Takes replies from holders that are gone; answers how many. What was under way is to be looked for on the network;
/// nothing of it is sent after now.
pub async fn retake(conn: &mut Conn, lapsed: Lapsed<InboxReplyId>, clock: Timestamp) -> CommandResult<usize> {
    tx!(conn, {
        let now = jobs::now(conn, clock).await?;
        let held_now = inbox_replies::table.filter(inbox_replies::lease_until.is_not_null());
        let found: Vec<InboxReply> = match lapsed.ids() {
            Some(ids) => {
                let seen = held_now.filter(inbox_replies::id.eq_any(ids));
                seen.select(InboxReply::as_select()).load(conn).await?
            }
            None => held_now.select(InboxReply::as_select()).load(conn).await?,
        };
        let mut taken = 0;
        for reply in found {
            let Some(until) = reply.lease_until else { continue };
            if !lapsed.takes(reply.id, reply.lease_token, reply.lease_until) {
                continue;
            }
            let under_way = reply.state == ReplyState::Sent;
            let lease = Lease { id: reply.id, token: reply.lease_token, until };
            taken += diesel::update(held(lease).filter(inbox_replies::lease_until.eq(until)))
                .set((
                    inbox_replies::state.eq(if under_way { ReplyState::Unknown } else { reply.state }),
                    inbox_replies::deadline_at.eq(if under_way { Some(now) } else { reply.deadline_at }),
                    inbox_replies::run_at.eq(Some(now)),
                    inbox_replies::lease_until.eq(None::<Timestamp>),
                    inbox_replies::lease_token.eq(inbox_replies::lease_token + 1),
                ))
                .execute(conn)
                .await?;
        }
        Ok(taken)
    })
}

/// Writes that a reply is about to be sent; to be committed before the call. The lease is extended by `lease_for`.
/// `network`: the call by the network's clock.
pub async fn sent(
    conn: &mut Conn,
    lease: Lease<InboxReplyId>,
    network: Option<Sent>,
    clock: Timestamp,
    lease_for: Duration,
) -> CommandResult<()> {
    tx!(conn, {
        extend(conn, lease, clock, lease_for).await?;
        diesel::update(inbox_replies::table.find(lease.id))
            .set((
                inbox_replies::state.eq(ReplyState::Sent),
                inbox_replies::sent_at.eq(Some(clock)),
                inbox_replies::deadline_at.eq(Some(clock.plus(lease_for))),
                inbox_replies::network_sent_at.eq(network.map(|call| call.at)),
                inbox_replies::network_ended_at.eq(network.map(|call| call.ended_by)),
            ))
            .execute(conn)
            .await?;
        Ok(())
    })
}

/// Ends a run of a reply: its row, its message and what is told of them, fenced by the lease.
pub async fn finish(
    conn: &mut Conn,
    lease: Lease<InboxReplyId>,
    outcome: ReplyOutcome,
    now: Timestamp,
) -> CommandResult<Told> {
    tx!(conn, {
        let mut outcome = outcome;
        if let ReplyOutcome::Again { at, .. } = &mut outcome {
            *at = jobs::by_present(conn, *at, now).await?;
        }
        let reply = write(conn, lease, &outcome, now).await?.ok_or(CommandError::Fenced)?;
        let (workspace, author) = (reply.workspace_id, reply.author_id);
        let event = match &outcome {
            ReplyOutcome::Again { .. } => return Ok(None),
            ReplyOutcome::Confirmed { .. } => {
                let message = inbox::set_status(conn, reply.message_id, InboxStatus::Replied, now).await?;
                inbox::event(&message, EventPayload::InboxReplied(settled(&message, &reply, None)))
            }
            ReplyOutcome::Refused { error, .. } | ReplyOutcome::Unclear { error } => {
                let message = inbox::by_ids(conn, workspace, &[reply.message_id]).await?.pop();
                let message = message.ok_or(CommandError::NotFound)?;
                inbox::event(&message, EventPayload::InboxReplyFailed(settled(&message, &reply, Some(error))))
            }
        };
        Ok(Some((
            workspace,
            events::append(conn, workspace, author.map(EventActor::from), vec![event], now).await?,
        )))
    })
}

/// What an event says of a message and its reply.
pub(super) fn settled(
    message: &InboxMessage,
    reply: &InboxReply,
    error: Option<&String>,
) -> Box<InboxReplySettled> {
    let facts = ReplyFacts {
        id: reply.id,
        state: reply.state,
        text: reply.text.clone(),
        remote_id: reply.remote_id.clone(),
        url: reply.url.clone(),
    };
    let error = error.map(|message| ReplyError { message: message.clone() });
    Box::new(InboxReplySettled { inbox: message.clone().into(), reply: facts, error })
}

/// What becomes of a reply's row: its state and what the network said of it.
struct Row {
    state: ReplyState,
    run_at: Option<Timestamp>,
    counted: bool,
    remote_id: Option<String>,
    url: Option<String>,
    evidence: Option<serde_json::Value>,
    error: Option<String>,
}

impl Row {
    fn of(outcome: &ReplyOutcome) -> Self {
        let ended = |state, error| Self {
            state,
            run_at: None,
            counted: true,
            remote_id: None,
            url: None,
            evidence: None,
            error,
        };
        match outcome.clone() {
            ReplyOutcome::Confirmed { remote_id, url, evidence } => Self {
                remote_id: Some(remote_id),
                url,
                evidence: Some(evidence),
                ..ended(ReplyState::Confirmed, None)
            },
            ReplyOutcome::Refused { error, evidence } => {
                Self { evidence, ..ended(ReplyState::Refused, Some(error)) }
            }
            ReplyOutcome::Unclear { error } => ended(ReplyState::Unknown, Some(error)),
            ReplyOutcome::Again { state, at, counted, error, network_ended_at: _, duplicate } => Self {
                run_at: Some(at),
                counted,
                evidence: duplicate.then(|| serde_json::json!({ "duplicate": true })),
                ..ended(state, Some(error))
            },
        }
    }
}

async fn write(
    conn: &mut Conn,
    lease: Lease<InboxReplyId>,
    outcome: &ReplyOutcome,
    now: Timestamp,
) -> QueryResult<Option<InboxReply>> {
    let row = Row::of(outcome);
    let lost = matches!(outcome, ReplyOutcome::Again { state: ReplyState::Unknown, counted: true, .. });
    if lost {
        // The call has ended here: looking for it need not wait for the deadline.
        diesel::update(held(lease)).set(inbox_replies::deadline_at.eq(Some(now))).execute(conn).await?;
    }
    if let ReplyOutcome::Again { network_ended_at: Some(ended_at), .. } = outcome {
        let ended_at = inbox_replies::network_ended_at.eq(Some(*ended_at));
        diesel::update(held(lease)).set(ended_at).execute(conn).await?;
    }
    diesel::update(held(lease))
        .set((
            inbox_replies::state.eq(row.state),
            inbox_replies::run_at.eq(row.run_at),
            inbox_replies::attempts.eq(inbox_replies::attempts + i32::from(row.counted)),
            inbox_replies::lease_until.eq(None::<Timestamp>),
            inbox_replies::remote_id.eq(row.remote_id),
            inbox_replies::url.eq(row.url),
            inbox_replies::evidence.eq(row.evidence.map(Json)),
            inbox_replies::error.eq(row.error),
            inbox_replies::settled_at.eq(row.run_at.is_none().then_some(now)),
        ))
        .returning(InboxReply::as_returning())
        .get_result(conn)
        .await
        .optional()
}
