//! A connected account of a network.

text_enum! {
    /// Whether an account can publish.
    AccountStatus {
        /// Publishes.
        Active = "active",
        /// The network refused the token: the owner has to consent again.
        ReconnectRequired = "reconnect_required",
        /// Disconnected by a person; its tokens are erased.
        Disconnected = "disconnected",
        /// The network refuses the account; `statusReason` says why.
        Error = "error",
    }
}
