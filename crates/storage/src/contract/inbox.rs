//! Messages: lists, and what people mark.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{AccountId, InboxMessageId, WorkspaceId};
use fanfare_domain::inbox::InboxMessage;
use fanfare_storage::page::{InboxFilter, Order, Window};

contract! {
    trait Inbox = inbox;

    /// A window of the messages, by the time at which the network got them.
    read page(
        workspace: WorkspaceId,
        filter: &InboxFilter,
        order: Order,
        window: &Window,
    ) -> Vec<InboxMessage>;
    /// How many messages a filter finds.
    read count(workspace: WorkspaceId, filter: &InboxFilter) -> i64;
    /// Messages by id; those of other workspaces are left out.
    read by_ids(workspace: WorkspaceId, ids: &[InboxMessageId]) -> Vec<InboxMessage>;
    /// What messages answer, where it is in the inbox: each with the message that answers it.
    read parents_of(workspace: WorkspaceId, ids: &[InboxMessageId]) -> Vec<(InboxMessageId, InboxMessage)>;
    /// Marks a message as read, or as unread again. One that was replied to stays so.
    write set_read(
        workspace: WorkspaceId,
        id: InboxMessageId,
        read: bool,
        actor: EventActor,
        now: Timestamp,
    ) -> (InboxMessage, Seq);
    /// Marks at most `limit` unread messages as read, the oldest first; answers how many there were.
    write mark_read(
        workspace: WorkspaceId,
        account: Option<AccountId>,
        limit: i64,
        actor: EventActor,
        now: Timestamp,
    ) -> (usize, Seq);
}
