//! Messages: lists, and what people mark.

use crate::Conn;
use crate::repo::events;
use crate::repo::kept_counts::{self, Wanted};
use crate::repo::one_of_several::{self, Column};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, EventPayload, NewEvent, Seq, Subject};
use fanfare_domain::id::{AccountId, InboxMessageId, WorkspaceId};
use fanfare_domain::inbox::{InboxMessage, InboxMessageType, InboxStatus};
use fanfare_domain::kept_count::KeptCount;
use fanfare_storage::page::{FEW, InboxCondition, InboxFilter, Order, Window};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::inbox_message;

const NEWEST: &str = "t.received_at DESC, t.id DESC";
const STATUS: Column = Column { table: "inbox_messages", name: "status", id: "id", order: NEWEST };
const KIND: Column = Column { table: "inbox_messages", name: "kind", id: "id", order: NEWEST };

macro_rules! filtered {
    ($workspace:expr, $filter:expr, $few:expr) => {{
        let (filter, few): (&InboxFilter, Option<&[InboxMessageId]>) = ($filter, $few);
        let mut query = inbox_messages::table.into_boxed();
        // A sum has no index: the database has to go by what is narrower than the workspace.
        query = if few.is_some() || filter.account_id.is_some() || filter.post_id.is_some() {
            query.filter((inbox_messages::workspace_id + 0_i64).eq($workspace))
        } else {
            query.filter(inbox_messages::workspace_id.eq($workspace))
        };
        if let Some(few) = few {
            query = query.filter(inbox_messages::id.eq_any(few.to_vec()));
        }
        if let Some(statuses) = &filter.statuses {
            query = match statuses.as_slice() {
                // With one of a list, PostgreSQL does not see that the index has the order.
                [only] => query.filter(inbox_messages::status.eq(*only)),
                several => query.filter(inbox_messages::status.eq_any(several.to_vec())),
            };
        }
        if let Some(kinds) = &filter.kinds {
            query = match kinds.as_slice() {
                [only] => query.filter(inbox_messages::kind.eq(*only)),
                several => query.filter(inbox_messages::kind.eq_any(several.to_vec())),
            };
        }
        if let Some(platform) = filter.platform {
            query = query.filter(inbox_messages::platform.eq(platform));
        }
        if let Some(account) = filter.account_id {
            query = match few {
                Some(_) => query.filter((inbox_messages::account_id + 0_i64).eq(account)),
                None => query.filter(inbox_messages::account_id.eq(account)),
            };
        }
        if let Some(post) = filter.post_id {
            query = match few {
                Some(_) => query.filter((inbox_messages::post_id + 0_i64).eq(post)),
                None => query.filter(inbox_messages::post_id.eq(post)),
            };
        }
        if let Some(thread) = &filter.thread_key {
            query = query.filter(inbox_messages::thread_key.eq(thread.clone()));
        }
        if let Some(text) = &filter.text {
            query = query.filter(contains!(inbox_messages::text, text));
        }
        if let Some(sender) = &filter.sender {
            let handle = contains!(inbox_messages::sender_handle.assume_not_null(), sender);
            query = query.filter(
                contains!(inbox_messages::sender_name, sender)
                    .or(inbox_messages::sender_handle.is_not_null().and(handle)),
            );
        }
        query
    }};
}

/// All messages that a filter can find, where one of its conditions finds few of them in an index. The rows are asked for
/// in the order of the index. Without an order PostgreSQL may read the whole table, because it expects what it looks for
/// everywhere in it.
async fn few(
    conn: &mut Conn,
    workspace: WorkspaceId,
    filter: &InboxFilter,
) -> QueryResult<Option<Vec<InboxMessageId>>> {
    sqlite_only! {
        use crate::text_index::{Searched, holders};
        for (searched, text) in [(Searched::MessageText, &filter.text), (Searched::MessageSender, &filter.sender)] {
            if let Some(text) = text
                && let Some(ids) = holders(conn, searched, workspace, text, FEW + 1).await?
                && are_few(&ids)
            {
                return Ok(Some(of_ids(ids)));
            }
        }
    }
    for condition in filter.conditions() {
        let ids: Vec<InboxMessageId> = match condition {
            InboxCondition::Statuses(statuses) => {
                let statuses: Vec<&str> = statuses.into_iter().map(InboxStatus::as_str).collect();
                of_ids(one_of_several::with_text(conn, workspace, &STATUS, &statuses).await?)
            }
            InboxCondition::Kinds(kinds) => {
                let kinds: Vec<&str> = kinds.into_iter().map(InboxMessageType::as_str).collect();
                of_ids(one_of_several::with_text(conn, workspace, &KIND, &kinds).await?)
            }
            InboxCondition::Alone(alone) => {
                let query = filtered!(workspace, &alone, None);
                let query = query.order((inbox_messages::received_at.desc(), inbox_messages::id.desc()));
                query.limit(FEW + 1).select(inbox_messages::id).load(conn).await?
            }
        };
        if are_few(&ids) {
            return Ok(Some(ids));
        }
    }
    Ok(None)
}

fn of_ids(ids: Vec<i64>) -> Vec<InboxMessageId> {
    ids.into_iter().map(InboxMessageId).collect()
}

fn are_few<T>(ids: &[T]) -> bool {
    i64::try_from(ids.len()).is_ok_and(|found| found <= FEW)
}

/// A window of the messages, by the time at which the network got them.
pub async fn page(
    conn: &mut Conn,
    workspace: WorkspaceId,
    filter: &InboxFilter,
    order: Order,
    window: &Window,
) -> QueryResult<Vec<InboxMessage>> {
    let few = few(conn, workspace, filter).await?;
    if few.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let (at, id) = (inbox_messages::received_at, inbox_messages::id);
    windowed!(filtered!(workspace, filter, few.as_deref()), window, order, at, id, InboxMessageId)
        .select(inbox_message())
        .load(conn)
        .await
}

/// The count that the database keeps of what a filter finds, if it keeps one. The filter must be nothing but what is
/// counted: a condition that is not known here is counted row by row.
fn kept(filter: &InboxFilter) -> Option<Wanted> {
    let alone = InboxFilter {
        statuses: filter.statuses.clone(),
        account_id: filter.account_id,
        ..InboxFilter::default()
    };
    if alone != *filter {
        return None;
    }
    let messages =
        Wanted::all(KeptCount::AccountMessages).with(filter.statuses.as_deref(), InboxStatus::as_str);
    Some(match filter.account_id {
        Some(account) => messages.of(account.0),
        None => messages,
    })
}

/// How many messages a filter finds.
pub async fn count(conn: &mut Conn, workspace: WorkspaceId, filter: &InboxFilter) -> QueryResult<i64> {
    if let Some(wanted) = kept(filter) {
        return kept_counts::read(conn, workspace, wanted).await;
    }
    let few = few(conn, workspace, filter).await?;
    if few.as_ref().is_some_and(Vec::is_empty) {
        return Ok(0);
    }
    filtered!(workspace, filter, few.as_deref()).count().get_result(conn).await
}

/// Messages by id; those of other workspaces are left out.
pub async fn by_ids(
    conn: &mut Conn,
    workspace: WorkspaceId,
    ids: &[InboxMessageId],
) -> QueryResult<Vec<InboxMessage>> {
    inbox_messages::table
        .filter(inbox_messages::workspace_id.eq(workspace).and(inbox_messages::id.eq_any(ids)))
        .select(inbox_message())
        .load(conn)
        .await
}

/// What messages answer, where it is in the inbox: each with the message that answers it.
pub async fn parents_of(
    conn: &mut Conn,
    workspace: WorkspaceId,
    ids: &[InboxMessageId],
) -> QueryResult<Vec<(InboxMessageId, InboxMessage)>> {
    let answers = diesel::alias!(inbox_messages as answers);
    let (account, parent) =
        (answers.field(inbox_messages::account_id), answers.field(inbox_messages::parent_remote_id));
    let is_parent =
        inbox_messages::account_id.eq(account).and(inbox_messages::remote_id.nullable().eq(parent));
    inbox_messages::table
        .inner_join(answers.on(is_parent))
        .filter(answers.field(inbox_messages::workspace_id).eq(workspace))
        .filter(answers.field(inbox_messages::id).eq_any(ids))
        .select((answers.field(inbox_messages::id), inbox_message()))
        .load(conn)
        .await
}

/// Marks a message as read, or as unread again. One that was replied to stays so.
pub async fn set_read(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: InboxMessageId,
    read: bool,
    actor: EventActor,
    now: Timestamp,
) -> CommandResult<(InboxMessage, Seq)> {
    tx!(conn, {
        let before = by_ids(conn, workspace, &[id]).await?.pop().ok_or(CommandError::NotFound)?;
        let status = if read { InboxStatus::Read } else { InboxStatus::Unread };
        if before.status == status || before.status == InboxStatus::Replied {
            return Ok((before, events::last_seq(conn, workspace).await?));
        }
        let message = set_status(conn, id, status, now).await?;
        let event = read_event(&message);
        let seq = events::append(conn, workspace, Some(actor), vec![event], now).await?;
        Ok((message, seq))
    })
}

/// Changes a message's status; the caller tells of it.
pub(in crate::repo) async fn set_status(
    conn: &mut Conn,
    id: InboxMessageId,
    status: InboxStatus,
    now: Timestamp,
) -> QueryResult<InboxMessage> {
    diesel::update(inbox_messages::table.find(id))
        .set((inbox_messages::status.eq(status), inbox_messages::updated_at.eq(now)))
        .returning(inbox_message())
        .get_result(conn)
        .await
}

/// Marks at most `limit` unread messages as read, the oldest first; answers how many there were.
pub async fn mark_read(
    conn: &mut Conn,
    workspace: WorkspaceId,
    account: Option<AccountId>,
    limit: i64,
    actor: EventActor,
    now: Timestamp,
) -> CommandResult<(usize, Seq)> {
    tx!(conn, {
        let unread = InboxFilter {
            statuses: Some(vec![InboxStatus::Unread]),
            account_id: account,
            ..InboxFilter::default()
        };
        let ids: Vec<InboxMessageId> = filtered!(workspace, &unread, None)
            .order((inbox_messages::received_at, inbox_messages::id))
            .limit(limit)
            .select(inbox_messages::id)
            .load(conn)
            .await?;
        let mut messages: Vec<InboxMessage> = diesel::update(
            inbox_messages::table
                .filter(inbox_messages::id.eq_any(ids).and(inbox_messages::status.eq(InboxStatus::Unread))),
        )
        .set((inbox_messages::status.eq(InboxStatus::Read), inbox_messages::updated_at.eq(now)))
        .returning(inbox_message())
        .get_results(conn)
        .await?;
        messages.sort_by_key(|message| (message.received_at, message.id));
        let events: Vec<NewEvent> = messages.iter().map(read_event).collect();
        Ok((messages.len(), events::append(conn, workspace, Some(actor), events, now).await?))
    })
}

/// The event of a message that was marked as read or as unread.
pub(in crate::repo) fn read_event(message: &InboxMessage) -> NewEvent {
    event(message, EventPayload::InboxRead(Box::new(message.clone().into())))
}

/// An event of a message.
pub(in crate::repo) fn event(message: &InboxMessage, payload: EventPayload) -> NewEvent {
    let subject = Subject {
        account_id: Some(message.account_id),
        post_id: message.post_id,
        target_id: message.target_id,
        ..Subject::default()
    };
    NewEvent::new(subject, payload)
}
