//! Replies: queued by a command, and listed. How workers take them up is [`super::reply_queue`].

use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{AccountId, InboxMessageId, InboxReplyId, WorkspaceId};
use fanfare_domain::inbox::{InboxMessage, ReplyResolution};
use fanfare_storage::command::idempotent::KeyedInput;
use fanfare_storage::rows::{Account, InboxReply, NewInboxReply};

contract! {
    trait InboxReplies = inbox_replies;

    /// Queues a reply; who replies has read the message. Under a known key the first result is answered again.
    write create(new: NewInboxReply, actor: EventActor, key: Option<KeyedInput>, now: Timestamp) -> (InboxReplyId, Seq);
    /// Settles a reply that needs a review as a user decides. Under a known key nothing is done.
    write resolve(
        place: (WorkspaceId, InboxReplyId),
        resolution: ReplyResolution,
        actor: EventActor,
        key: Option<KeyedInput>,
        now: Timestamp,
    ) -> Seq;
    /// What a reply answers, and as whom.
    read with_message(workspace: WorkspaceId, id: InboxReplyId) -> (InboxMessage, Account);
    /// Ids on the network that other replies of an account own, of the last `limit`.
    read owned_by_others(
        workspace: WorkspaceId,
        account: AccountId,
        but: InboxReplyId,
        limit: i64,
    ) -> Vec<String>;
    /// The replies to messages, oldest first.
    read of_messages(workspace: WorkspaceId, messages: &[InboxMessageId]) -> Vec<InboxReply>;
    /// Replies by id; those of other workspaces are left out.
    read by_ids(workspace: WorkspaceId, ids: &[InboxReplyId]) -> Vec<InboxReply>;
}
