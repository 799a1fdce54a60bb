//! People: registration and look-ups.

use fanfare_domain::client_network::ClientNetwork;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{SessionId, UserId, WorkspaceId};
use fanfare_storage::command::session::PasswordHashes;
use fanfare_storage::rows::{NewUser, User, Workspace};
use std::net::IpAddr;

contract! {
    trait People = people;

    /// Stores a user with a workspace of their own.
    write register(new: NewUser, workspace_name: String, time_zone: String, ip_address: Option<IpAddr>) -> (User, Workspace, Seq);
    /// Whether anyone has registered on this server.
    read is_any() -> bool;
    /// Stores the first user of a server with a workspace of their own; `None`: the server has one. Of two at once only one is the first.
    write register_first(
        new: NewUser,
        workspace_name: String,
        time_zone: String,
        ip_address: Option<IpAddr>,
    ) -> Option<(User, Workspace, Seq)>;
    /// Stores a user as a member of the workspace that an invitation names.
    write register_invited(new: NewUser, token_hash: String, ip_address: Option<IpAddr>) -> (User, Workspace, Seq);
    /// Puts a new password in place of the one whose hash was compared, and ends every session but `kept`; `None`: another
    /// change came first. Answers where it was told, and the sessions that were ended.
    write change_password(
        actor: EventActor,
        hashes: PasswordHashes,
        kept: SessionId,
        now: Timestamp,
    ) -> Option<(Vec<(WorkspaceId, Seq)>, Vec<SessionId>)>;
    /// A user by the key of their e-mail address, for sign-in, and whether they have signed in from `network` before.
    read for_sign_in(email_key: &str, network: ClientNetwork, now: Timestamp) -> Option<(User, bool)>;
    /// One's own row.
    read by_id(id: UserId) -> Option<User>;
    /// People by id, of those who belong, or belonged as authors, to a workspace.
    read by_ids(workspace: WorkspaceId, ids: &[UserId]) -> Vec<User>;
}
