//! Answers that nobody writes: queued in the transaction that stores the messages that they answer, so that a message
//! that is found once is answered once.

use crate::Conn;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::inbox::{InboxMessage, ReplyState};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{Account, NewInboxReply};
use fanfare_storage::work::inbox::AutoAnswer;
use std::collections::HashSet;
use std::time::Duration;

/// In one conversation a sender is answered once in this time. What is older when it is found is not answered at all.
const ONCE_IN: Duration = Duration::from_hours(24);

/// Queues the answers to new messages, the oldest first. Those of the workspace's own accounts, and those from before the
/// account was connected, get none.
pub(in crate::repo) async fn queue(
    conn: &mut Conn,
    account: &Account,
    answer: &AutoAnswer,
    messages: &[InboxMessage],
    now: Timestamp,
) -> QueryResult<()> {
    let oldest = now.minus(ONCE_IN).max(account.created_at);
    let asking: Vec<&InboxMessage> = messages
        .iter()
        .filter(|message| answer.kinds.contains(&message.kind) && message.received_at >= oldest)
        .collect();
    if asking.is_empty() {
        return Ok(());
    }
    let senders: Vec<&str> = asking.iter().map(|message| message.sender_remote_id.as_str()).collect();
    let own: Vec<String> = accounts::table
        .filter(accounts::workspace_id.eq(account.workspace_id).and(accounts::platform.eq(account.platform)))
        .filter(accounts::remote_id.eq_any(senders))
        .select(accounts::remote_id)
        .load(conn)
        .await?;
    let threads: Vec<&str> = asking.iter().map(|message| message.thread_key.as_str()).collect();
    let answered: Vec<(String, String)> = inbox_replies::table
        .inner_join(inbox_messages::table)
        .filter(inbox_replies::account_id.eq(account.id).and(inbox_replies::automatic.eq(true)))
        .filter(inbox_replies::created_at.gt(now.minus(ONCE_IN)))
        .filter(inbox_messages::thread_key.eq_any(threads))
        .select((inbox_messages::thread_key, inbox_messages::sender_remote_id))
        .load(conn)
        .await?;
    let mut answered: HashSet<(String, String)> = answered.into_iter().collect();
    let mut replies: Vec<NewInboxReply> = Vec::new();
    for message in asking {
        let who = (message.thread_key.clone(), message.sender_remote_id.clone());
        if !own.contains(&message.sender_remote_id) && answered.insert(who) {
            replies.push(reply(account, message, &answer.text, now));
        }
    }
    if !replies.is_empty() {
        batch!(conn, execute, diesel::insert_into(inbox_replies::table).values(replies))?;
    }
    Ok(())
}

fn reply(account: &Account, message: &InboxMessage, text: &str, now: Timestamp) -> NewInboxReply {
    NewInboxReply {
        workspace_id: account.workspace_id,
        message_id: message.id,
        account_id: account.id,
        platform: account.platform,
        author_id: None,
        text: text.to_owned(),
        state: ReplyState::Queued,
        run_at: now,
        attempts: 0,
        lease_token: 0,
        created_at: now,
        automatic: true,
    }
}
