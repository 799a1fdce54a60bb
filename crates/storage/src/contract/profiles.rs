//! Names and e-mail addresses of users.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{SessionId, WorkspaceId};
use fanfare_domain::revision::ExpectedRevision;
use fanfare_storage::command::session::EmailChange;
use fanfare_storage::rows::User;

contract! {
    trait Profiles = profiles;

    /// Changes the actor's name, of the expected revision; `None`: it stays. Answers where it was logged.
    write rename(
        actor: EventActor,
        expected: ExpectedRevision,
        name: Option<String>,
        now: Timestamp,
    ) -> (User, Vec<(WorkspaceId, Seq)>);
    /// Changes the actor's e-mail address where the password is still the one that was compared, and ends every session
    /// but `kept`; `None`: the password has changed meanwhile. Answers where it was logged, and the sessions that were
    /// ended. Refused if another user has the address.
    write change_email(
        actor: EventActor,
        change: EmailChange,
        kept: SessionId,
        now: Timestamp,
    ) -> Option<(User, Vec<(WorkspaceId, Seq)>, Vec<SessionId>)>;
}
