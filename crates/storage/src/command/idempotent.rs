//! The key of a mutation that must take effect once.

use fanfare_domain::id::{UserId, WorkspaceId};
use fanfare_domain::replay_mark::ReplayMark;

/// A `clientMutationKey` with what it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyedInput {
    pub workspace_id: WorkspaceId,
    pub user_id: UserId,
    /// The mutation's name.
    pub operation: &'static str,
    pub key: String,
    /// SHA-256 of the input, in hex.
    pub input_hash: String,
    /// Set where the key turns out to be known.
    pub mark: ReplayMark,
}

/// Whether a key was used before.
#[derive(Clone, Debug, PartialEq)]
pub enum Replay {
    Fresh,
    /// The ids that the first result was made of.
    Known(Option<serde_json::Value>),
}
