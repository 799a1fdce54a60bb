//! Replies: queued by a command, and listed. How workers take them up is [`crate::repo::reply_queue`].

use super::reply_queue::settled;
use crate::Conn;
use crate::repo::{events, idempotency, inbox};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::payload::{InboxReplyQueued, ReplyFacts};
use fanfare_domain::event::{EventActor, EventPayload, NewEvent, Seq};
use fanfare_domain::id::{AccountId, InboxMessageId, InboxReplyId, WorkspaceId};
use fanfare_domain::inbox::{InboxMessage, InboxStatus, ReplyResolution, ReplyState};
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::command::idempotent::{KeyedInput, Replay};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{Account, InboxReply, NewInboxReply, inbox_message};
use serde_json::json;

/// Queues a reply; who replies has read the message. Under a known key the first result is answered again.
pub async fn create(
    conn: &mut Conn,
    new: NewInboxReply,
    actor: EventActor,
    key: Option<KeyedInput>,
    now: Timestamp,
) -> CommandResult<(InboxReplyId, Seq)> {
    tx!(conn, {
        let workspace = new.workspace_id;
        if let Some(key) = &key
            && let Replay::Known(result) = idempotency::begin(conn, key, now).await?
        {
            let id = result.and_then(|json| json.get("reply_id")?.as_i64()).map(InboxReplyId);
            return Ok((id.ok_or(CommandError::NotFound)?, events::last_seq(conn, workspace).await?));
        }
        let id: InboxReplyId = diesel::insert_into(inbox_replies::table)
            .values(&new)
            .returning(inbox_replies::id)
            .get_result(conn)
            .await?;
        if let Some(key) = &key {
            idempotency::store(conn, key, json!({ "reply_id": id })).await?;
        }
        let message = inbox::by_ids(conn, workspace, &[new.message_id]).await?.pop();
        let mut message = message.ok_or(CommandError::NotFound)?;
        let mut told: Vec<NewEvent> = Vec::new();
        if message.status == InboxStatus::Unread {
            message = inbox::set_status(conn, new.message_id, InboxStatus::Read, now).await?;
            told.push(inbox::read_event(&message));
        }
        told.push(queued_event(&message, id, new.state, new.text));
        Ok((id, events::append(conn, workspace, Some(actor), told, now).await?))
    })
}

fn queued_event(message: &InboxMessage, id: InboxReplyId, state: ReplyState, text: String) -> NewEvent {
    let reply = ReplyFacts { id, state, text, remote_id: None, url: None };
    let payload = InboxReplyQueued { inbox: message.clone().into(), reply };
    inbox::event(message, EventPayload::InboxReplyQueued(Box::new(payload)))
}

/// Settles a reply that needs a review as a user decides: nobody has it under way. Under a known key nothing is done.
pub async fn resolve(
    conn: &mut Conn,
    (workspace, id): (WorkspaceId, InboxReplyId),
    resolution: ReplyResolution,
    actor: EventActor,
    key: Option<KeyedInput>,
    now: Timestamp,
) -> CommandResult<Seq> {
    tx!(conn, {
        if let Some(key) = &key
            && let Replay::Known(_) = idempotency::begin(conn, key, now).await?
        {
            return Ok(events::last_seq(conn, workspace).await?);
        }
        let given_up = "Given up after review.".to_owned();
        let told = match resolution {
            ReplyResolution::SendAgain => {
                let reply = send_again(conn, workspace, id, now).await?;
                let message = inbox::by_ids(conn, workspace, &[reply.message_id]).await?.pop();
                let message = message.ok_or(CommandError::NotFound)?;
                vec![queued_event(&message, reply.id, reply.state, reply.text)]
            }
            ReplyResolution::Sent { remote_id, url } => {
                let ended = (ReplyState::Confirmed, remote_id, url, None);
                let reply = end_review(conn, (workspace, id), ended, now).await?;
                let message = inbox::set_status(conn, reply.message_id, InboxStatus::Replied, now).await?;
                vec![inbox::event(&message, EventPayload::InboxReplied(settled(&message, &reply, None)))]
            }
            ReplyResolution::GiveUp => {
                let ended = (ReplyState::Refused, None, None, Some(given_up.clone()));
                let reply = end_review(conn, (workspace, id), ended, now).await?;
                let message = inbox::by_ids(conn, workspace, &[reply.message_id]).await?.pop();
                let message = message.ok_or(CommandError::NotFound)?;
                let payload = settled(&message, &reply, Some(&given_up));
                vec![inbox::event(&message, EventPayload::InboxReplyFailed(payload))]
            }
        };
        if let Some(key) = &key {
            idempotency::store(conn, key, json!({ "reply_id": id })).await?;
        }
        Ok(events::append(conn, workspace, Some(actor), told, now).await?)
    })
}

/// The reply of a workspace, where it needs a review.
macro_rules! in_review {
    ($workspace:expr, $id:expr) => {
        inbox_replies::table
            .filter(inbox_replies::workspace_id.eq($workspace).and(inbox_replies::id.eq($id)))
            .filter(inbox_replies::state.eq(ReplyState::Unknown).and(inbox_replies::run_at.is_null()))
    };
}

/// Queues it as if it had never been sent. When it was sent stays, so that it is looked for from then on.
async fn send_again(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: InboxReplyId,
    now: Timestamp,
) -> CommandResult<InboxReply> {
    let queued: Option<InboxReply> = diesel::update(in_review!(workspace, id))
        .set((
            inbox_replies::state.eq(ReplyState::Queued),
            inbox_replies::run_at.eq(Some(now)),
            inbox_replies::requeued_at.eq(Some(now)),
            inbox_replies::attempts.eq(0),
            inbox_replies::evidence.eq(None::<Json>),
            inbox_replies::error.eq(None::<String>),
            inbox_replies::settled_at.eq(None::<Timestamp>),
        ))
        .returning(InboxReply::as_returning())
        .get_result(conn)
        .await
        .optional()?;
    match queued {
        Some(reply) => Ok(reply),
        None => Err(no_review(conn, workspace, id).await?),
    }
}

/// What a review leaves of a reply: its state, the platform's id of it, where it is, and what is wrong.
type Ended = (ReplyState, Option<String>, Option<String>, Option<String>);

async fn end_review(
    conn: &mut Conn,
    (workspace, id): (WorkspaceId, InboxReplyId),
    (state, remote_id, url, error): Ended,
    now: Timestamp,
) -> CommandResult<InboxReply> {
    let ended: Option<InboxReply> = diesel::update(in_review!(workspace, id))
        .set((
            inbox_replies::state.eq(state),
            inbox_replies::remote_id.eq(remote_id),
            inbox_replies::url.eq(url),
            inbox_replies::evidence.eq(Some(Json(json!({ "decided_by": "a person" })))),
            inbox_replies::error.eq(error),
            inbox_replies::settled_at.eq(Some(now)),
        ))
        .returning(InboxReply::as_returning())
        .get_result(conn)
        .await
        .optional()?;
    match ended {
        Some(reply) => Ok(reply),
        None => Err(no_review(conn, workspace, id).await?),
    }
}

/// Why there is nothing to settle.
async fn no_review(conn: &mut Conn, workspace: WorkspaceId, id: InboxReplyId) -> CommandResult<CommandError> {
    if by_ids(conn, workspace, &[id]).await?.is_empty() {
        return Ok(CommandError::NotFound);
    }
    let words = "The reply does not need a review: its outcome is known, or the platform is still asked.";
    Ok(UserError::new(UserErrorCode::InboxReplyStateForbids, "replyId", words).into())
}

/// What a reply answers, and as whom.
pub async fn with_message(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: InboxReplyId,
) -> QueryResult<(InboxMessage, Account)> {
    inbox_replies::table
        .inner_join(inbox_messages::table)
        .inner_join(accounts::table)
        .filter(inbox_replies::workspace_id.eq(workspace).and(inbox_replies::id.eq(id)))
        .select((inbox_message(), Account::as_select()))
        .first(conn)
        .await
}

/// Ids on the network that other replies of an account own, of the last `limit`.
pub async fn owned_by_others(
    conn: &mut Conn,
    workspace: WorkspaceId,
    account: AccountId,
    but: InboxReplyId,
    limit: i64,
) -> QueryResult<Vec<String>> {
    let ids: Vec<Option<String>> = inbox_replies::table
        .filter(inbox_replies::workspace_id.eq(workspace).and(inbox_replies::account_id.eq(account)))
        .filter(inbox_replies::id.ne(but).and(inbox_replies::remote_id.is_not_null()))
        .order(inbox_replies::id.desc())
        .limit(limit)
        .select(inbox_replies::remote_id)
        .load(conn)
        .await?;
    Ok(ids.into_iter().flatten().collect())
}

/// The replies to messages, oldest first.
pub async fn of_messages(
    conn: &mut Conn,
    workspace: WorkspaceId,
    messages: &[InboxMessageId],
) -> QueryResult<Vec<InboxReply>> {
    inbox_replies::table
        .filter(inbox_replies::workspace_id.eq(workspace).and(inbox_replies::message_id.eq_any(messages)))
        .order((inbox_replies::message_id, inbox_replies::id))
        .select(InboxReply::as_select())
        .load(conn)
        .await
}

/// Replies by id; those of other workspaces are left out.
pub async fn by_ids(
    conn: &mut Conn,
    workspace: WorkspaceId,
    ids: &[InboxReplyId],
) -> QueryResult<Vec<InboxReply>> {
    inbox_replies::table
        .filter(inbox_replies::workspace_id.eq(workspace).and(inbox_replies::id.eq_any(ids)))
        .select(InboxReply::as_select())
        .load(conn)
        .await
}
