//! What people say to an account, and what is answered.

text_enum! {
    /// How somebody speaks to an account.
    InboxMessageType {
        /// A direct message.
        Dm = "dm",
        /// A comment under something the account published.
        Comment = "comment",
        /// The account is named elsewhere.
        Mention = "mention",
    }
}

text_enum! {
    /// How far a message has been dealt with.
    InboxStatus {
        /// Nobody has looked at it.
        Unread = "unread",
        /// Somebody has.
        Read = "read",
        /// The network has taken a reply to it.
        Replied = "replied",
    }
}

text_enum! {
    /// How far a reply is on its way to the network.
    ReplyState {
        /// Waits to be sent, or to be sent again.
        Queued = "queued",
        /// About to be sent, or under way.
        Sent = "sent",
        /// The network has taken it.
        Confirmed = "confirmed",
        /// The network did not take it; `error` says why.
        Refused = "refused",
        /// The answer was lost: the network is asked whether it has the reply.
        Unknown = "unknown",
    }
}
