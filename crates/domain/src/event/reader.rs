//! Who sees which events of a workspace's log.

use super::{ActivityKind, Event};
use crate::actor::Actor;
use crate::id::UserId;

/// A member who reads the log, as far as it decides on what they see.
#[derive(Clone, Copy, Debug)]
pub struct LogReader {
    pub user_id: UserId,
    /// Signed in by a session, not by an API key.
    pub in_session: bool,
    /// May manage everyone's API keys.
    pub manages_keys: bool,
}

/// Which events of a kind a reader sees.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sight {
    All,
    /// Those about the reader.
    Own,
    Nothing,
}

impl LogReader {
    /// `manages_keys`: whether the actor may manage everyone's API keys in the log's workspace.
    pub fn new(actor: &Actor, manages_keys: bool) -> Self {
        Self { user_id: actor.user_id, in_session: actor.grant().is_none(), manages_keys }
    }

    /// Events about a user's sign-in are for that user alone, and for no program that holds a key of theirs. Events
    /// that name an API key are for its user and for those who manage all keys.
    pub const fn sight(self, kind: ActivityKind) -> Sight {
        if kind.is_private() {
            return if self.in_session { Sight::Own } else { Sight::Nothing };
        }
        if kind.names_a_key() && !self.manages_keys { Sight::Own } else { Sight::All }
    }

    /// Whether an event is for this reader.
    pub fn sees(self, event: &Event) -> bool {
        self.sees_kind(event.kind, event.subject.user_id)
    }

    /// Whether an event of a kind, about this user if it is about one, is for this reader. One of an unknown kind that is
    /// about a user may be about their sign-in: it is for that user alone.
    pub fn sees_kind(self, kind: ActivityKind, about: Option<UserId>) -> bool {
        if kind == ActivityKind::Unknown {
            return about.is_none_or(|user| self.in_session && user == self.user_id);
        }
        match self.sight(kind) {
            Sight::All => true,
            Sight::Own => about == Some(self.user_id),
            Sight::Nothing => false,
        }
    }

    /// The known kinds of which the reader sees this much.
    pub fn kinds(self, sight: Sight) -> Vec<ActivityKind> {
        let known = ActivityKind::ALL.iter().copied().filter(|kind| *kind != ActivityKind::Unknown);
        known.filter(|kind| self.sight(*kind) == sight).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::event::Subject;
    use crate::id::WorkspaceId;

    #[test]
    fn an_event_of_an_unknown_kind_is_for_all_unless_it_is_about_a_user() {
        let event = |user_id| Event {
            workspace_id: WorkspaceId(1),
            seq: 1,
            kind: ActivityKind::Unknown,
            subject: Subject { user_id, ..Subject::default() },
            actor: None,
            payload: None,
            json: serde_json::Value::Null,
            at: Timestamp::from_micros(0).unwrap(),
        };
        for (in_session, user_id, sees) in [
            (true, None, true),
            (false, None, true),
            (true, Some(UserId(1)), true),
            (false, Some(UserId(1)), false),
            (true, Some(UserId(2)), false),
        ] {
            let reader = LogReader { user_id: UserId(1), in_session, manages_keys: true };
            assert_eq!(reader.sees(&event(user_id)), sees, "{in_session} {user_id:?}");
        }
    }

    #[test]
    fn sign_ins_are_for_their_user_in_a_session_and_keys_for_their_user_and_those_who_manage_keys() {
        let reader = |in_session, manages_keys| LogReader { user_id: UserId(1), in_session, manages_keys };
        for (reader, sign_in, key) in [
            (reader(true, true), Sight::Own, Sight::All),
            (reader(true, false), Sight::Own, Sight::Own),
            (reader(false, true), Sight::Nothing, Sight::All),
            (reader(false, false), Sight::Nothing, Sight::Own),
        ] {
            assert_eq!(reader.sight(ActivityKind::MemberSignedIn), sign_in, "{reader:?}");
            assert_eq!(reader.sight(ActivityKind::KeyCreated), key, "{reader:?}");
            assert_eq!(reader.sight(ActivityKind::PostCreated), Sight::All, "{reader:?}");
        }
    }
}
