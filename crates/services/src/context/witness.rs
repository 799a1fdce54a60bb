//! What an answer relies on besides its question, noted while it is made.
//!
//! Every read of a workspace begins with a decision about access, which is made in this folder and in
//! [`crate::place`]. There it is noted, before any row is read: the workspace, how far its nouns had come, and what the
//! asker was found to be allowed. Rows that are read after that are at least as new as the version that was noted.

use super::{Context, ServiceError, ServiceResult};
use fanfare_auth::Action;
use fanfare_domain::actor::{Actor, Role};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::noun::{Noun, Version};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, OnceLock};

tokio::task_local! {
    static WITNESS: Witness;
}

/// What an asker was found to be allowed in a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Right {
    /// To see what is in it: they belong to it, in whatever role.
    Membership,
    /// Whatever this role may; the answer may show the role.
    Role(Role),
    Action(Action),
}

/// What an answer relies on. It is right for everyone who has the same rights, for as long as no version has moved.
#[derive(Clone, Debug, Default)]
pub struct Grounds {
    pub(crate) versions: BTreeMap<WorkspaceId, Version>,
    pub(crate) rights: Vec<(WorkspaceId, Right)>,
    /// The clock alone makes it another answer from then on.
    pub(crate) until: Option<Timestamp>,
}

/// Follows one operation.
#[derive(Clone, Debug)]
pub struct Witness(Arc<Watch>);

#[derive(Debug)]
struct Watch {
    /// Everything that the operation shows.
    about: Arc<[Noun]>,
    /// Set for an answer to an event: until when it may be shared where it shows what changes without an event.
    moment: OnceLock<Timestamp>,
    /// `None`: the answer is right for this moment or for this asker only.
    grounds: Mutex<Option<Grounds>>,
}

impl Witness {
    /// For an operation that shows nothing but these nouns.
    pub fn new(about: Arc<[Noun]>) -> Self {
        let grounds = Mutex::new(Some(Grounds::default()));
        Self(Arc::new(Watch { about, moment: OnceLock::new(), grounds }))
    }

    /// Runs the operation. What it starts in tasks of their own is not seen.
    pub async fn follow<T>(&self, work: impl Future<Output = T>) -> T {
        WITNESS.scope(self.clone(), work).await
    }

    /// What the answer relies on. `None`: it must not be kept, as something was refused or not found, no version is
    /// known, or no workspace was read.
    pub fn grounds(&self) -> Option<Grounds> {
        self.0.grounds.lock().take().filter(|grounds| !grounds.versions.is_empty())
    }

    /// The one of the present task.
    fn present() -> Option<Self> {
        WITNESS.try_with(Self::clone).ok()
    }

    fn forbid_keeping(&self) {
        *self.0.grounds.lock() = None;
    }

    fn hold_until(&self, at: Timestamp) {
        if let Some(grounds) = &mut *self.0.grounds.lock() {
            grounds.until = Some(grounds.until.map_or(at, |until| until.min(at)));
        }
    }

    fn note(&self, workspace: WorkspaceId, right: Right, version: Version) {
        if let Some(grounds) = &mut *self.0.grounds.lock() {
            // The first one: what was read since may be as old as that.
            grounds
                .versions
                .entry(workspace)
                .and_modify(|first| *first = version.min(*first))
                .or_insert(version);
            if !grounds.rights.contains(&(workspace, right)) {
                grounds.rights.push((workspace, right));
            }
        }
    }
}

/// The present answer shows what may change without an event. It is not kept; where it is itself the answer to an event,
/// it is shared for a moment only.
pub fn changes_without_event() {
    let Some(witness) = Witness::present() else { return };
    match witness.0.moment.get() {
        Some(end) => witness.hold_until(*end),
        None => witness.forbid_keeping(),
    }
}

/// The present answer is to an event, and may be shared until then if it shows what changes without an event.
pub(crate) fn is_to_event(moment: Timestamp) {
    if let Some(witness) = Witness::present() {
        witness.0.moment.get_or_init(|| moment);
    }
}

/// The present answer is not to be kept: what it says is about this asker, or has no version.
pub(crate) fn forbid_keeping() {
    if let Some(witness) = Witness::present() {
        witness.forbid_keeping();
    }
}

/// The present answer may be another one from this time on, whatever happens.
pub(crate) fn holds_until(at: Timestamp) {
    if let Some(witness) = Witness::present() {
        witness.hold_until(at);
    }
}

impl Context {
    /// Notes what was decided about access, before what it opens is read.
    pub(crate) async fn noted<T>(
        &self,
        workspace: WorkspaceId,
        decision: ServiceResult<T>,
        right: impl FnOnce(&T) -> Right,
    ) -> ServiceResult<T> {
        if let Some(witness) = Witness::present() {
            match &decision {
                Ok(granted) => Box::pin(self.note(&witness, workspace, right(granted))).await,
                Err(_) => witness.forbid_keeping(),
            }
        }
        decision
    }

    async fn note(&self, witness: &Witness, workspace: WorkspaceId, right: Right) {
        match self.hub.nouns(workspace).await {
            Ok(Some(nouns)) => witness.note(workspace, right, nouns.version(&witness.0.about)),
            Ok(None) => witness.forbid_keeping(),
            Err(error) => {
                tracing::debug!(%error, "version unknown");
                witness.forbid_keeping();
            }
        }
    }

    /// Whether the actor has a right now: the decision of a fresh read.
    pub(crate) async fn has(&self, actor: &Actor, workspace: WorkspaceId, right: Right) -> bool {
        let role = match right {
            Right::Action(action) => return self.authorize(actor, workspace, action).await.is_ok(),
            Right::Role(_) | Right::Membership => self.role(actor, workspace).await,
        };
        match (role, right) {
            (Ok(role), Right::Role(noted)) => role == noted,
            (Ok(_), _) => true,
            (Err(ServiceError::NotFound), _) => false,
            (Err(error), _) => {
                tracing::debug!(%error, "role unknown");
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fanfare_domain::clock::{Clock as _, SystemClock};

    const HERE: WorkspaceId = WorkspaceId(1);

    fn version(seq: i64) -> Version {
        Version { seq, at: Timestamp::from_micros(seq).unwrap() }
    }

    fn witness() -> Witness {
        Witness::new(Arc::from([Noun::Posts]))
    }

    #[tokio::test]
    async fn the_oldest_version_that_was_noted_counts() {
        let witness = witness();
        for seq in [5, 4, 6] {
            witness.note(HERE, Right::Action(Action::ReadWorkspace), version(seq));
        }
        let grounds = witness.grounds().unwrap();
        assert_eq!(grounds.versions, BTreeMap::from([(HERE, version(4))]));
        assert_eq!(grounds.rights, [(HERE, Right::Action(Action::ReadWorkspace))]);
    }

    #[tokio::test]
    async fn what_was_once_forbidden_is_not_kept_whatever_is_noted_after_it() {
        let witness = witness();
        witness
            .follow(async {
                forbid_keeping();
                Witness::present().unwrap().note(HERE, Right::Membership, version(1));
            })
            .await;
        assert!(witness.grounds().is_none());
    }

    #[tokio::test]
    async fn an_answer_that_read_no_workspace_is_not_kept() {
        let witness = witness();
        witness.follow(async {}).await;
        assert!(witness.grounds().is_none());
    }

    #[tokio::test]
    async fn the_earliest_end_counts_and_nobody_listens_outside() {
        let now = SystemClock.now();
        holds_until(now);
        let witness = witness();
        witness.note(HERE, Right::Membership, version(1));
        let later = now.plus(std::time::Duration::from_secs(1));
        witness.follow(async { [later, now, later].into_iter().for_each(holds_until) }).await;
        assert_eq!(witness.grounds().unwrap().until, Some(now));
    }
}
