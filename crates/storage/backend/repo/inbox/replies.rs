//! Replies: queued by a command, and listed. How workers take them up is [`crate::repo::reply_queue`].

use crate::Conn;
use crate::repo::{events, idempotency, inbox};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::payload::{InboxReplyQueued, ReplyFacts};
use fanfare_domain::event::{EventActor, EventPayload, NewEvent, Seq};
use fanfare_domain::id::{AccountId, InboxMessageId, InboxReplyId, WorkspaceId};
use fanfare_domain::inbox::{InboxMessage, InboxStatus};
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
        told.push(queued_event(&message, id, &new));
        Ok((id, events::append(conn, workspace, Some(actor), told, now).await?))
    })
}

fn queued_event(message: &InboxMessage, id: InboxReplyId, new: &NewInboxReply) -> NewEvent {
    let reply = ReplyFacts { id, state: new.state, text: new.text.clone(), remote_id: None, url: None };
    let payload = InboxReplyQueued { inbox: message.clone().into(), reply };
    inbox::event(message, EventPayload::InboxReplyQueued(Box::new(payload)))
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
