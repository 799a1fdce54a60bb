//! A connected account of a network.

use crate::clock::Timestamp;
use std::time::Duration;

text_enum! {
    /// Whether an account can publish.
    AccountStatus {
        /// Publishes.
        Active = "active",
        /// The network refused the token: the owner must consent again.
        ReconnectRequired = "reconnect_required",
        /// Disconnected by a person; its tokens are erased.
        Disconnected = "disconnected",
        /// The network refuses the account; `statusReason` says why.
        Error = "error",
    }
}

/// A token that can be refreshed is, this long before it ends.
const AHEAD: Duration = Duration::from_mins(10);
/// A long-lived token without a refresh token (Instagram) is exchanged this long before it ends.
const AHEAD_OF_LONG_LIVED: Duration = Duration::from_hours(168);

/// When an access token that ends at `ends_at` is refreshed. `None`: its end is not known.
pub fn refresh_due(ends_at: Option<Timestamp>, has_refresh_token: bool) -> Option<Timestamp> {
    ends_at.map(|at| at.minus(if has_refresh_token { AHEAD } else { AHEAD_OF_LONG_LIVED }))
}
