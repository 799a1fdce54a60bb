//! What became of a person who was erased, the same for both databases.

use fanfare_domain::event::Seq;
use fanfare_domain::id::{SessionId, WorkspaceId};

/// What must follow the commit.
#[derive(Clone, Debug, Default)]
pub struct Erased {
    /// All that there were, ended or not.
    pub sessions: Vec<SessionId>,
    /// Of the secrets of the person's API keys.
    pub key_prefixes: Vec<String>,
    /// Workspaces that remain without the user, with their last events.
    pub left: Vec<(WorkspaceId, Seq)>,
    /// Workspaces that nobody else belonged to: they are gone with everything in them.
    pub deleted: Vec<WorkspaceId>,
    /// The storage keys of their media, whose files are to be deleted.
    pub files: Vec<String>,
}
