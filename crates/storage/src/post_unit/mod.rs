//! The unit of work of a post: the post, its targets and its saga, loaded under a lock, changed by pure decisions, and
//! saved with their jobs and events in one transaction (`repo/units.rs`).

mod commands;
mod events;
mod hold;
mod media;
mod saga;

pub use commands::Resolution;

use super::rows::{Post, Saga, Target};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::NewEvent;
use fanfare_domain::id::{AccountId, TargetId};
use fanfare_domain::platform::Platform;
use fanfare_domain::post::{JobKind, TargetErrorCode, TargetStatus, derive_status};
use std::collections::{BTreeMap, BTreeSet};

/// What the unit needs to know of an account.
#[derive(Clone, Debug)]
pub struct AccountFacts {
    pub platform: Platform,
    pub name: String,
}

/// What is to be done with a target's job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobChange {
    /// Queue it, or move the queued one.
    Queue { target_id: TargetId, kind: JobKind, run_at: Timestamp, due_at: Timestamp },
    /// What it waited for is there: it runs at its due time, or now.
    Wake { target_id: TargetId },
    /// It is not wanted any more.
    Close { target_id: TargetId },
}

/// A change that the table of states forbids: a fault of ours, since commands look first.
#[derive(Debug, thiserror::Error)]
#[error("target {target_id} cannot change from {from} to {to}")]
pub struct IllegalTransition {
    target_id: TargetId,
    from: TargetStatus,
    to: TargetStatus,
}

impl From<IllegalTransition> for super::error::CommandError {
    fn from(error: IllegalTransition) -> Self {
        Self::Database(diesel::result::Error::SerializationError(Box::new(error)))
    }
}

/// See the module.
#[derive(Debug)]
pub struct PostUnit {
    pub post: Post,
    pub targets: Vec<Target>,
    pub saga: Option<Saga>,
    pub accounts: BTreeMap<AccountId, AccountFacts>,
    /// Targets of which a public step may have taken effect and is not settled.
    pub unsettled: BTreeSet<TargetId>,
    pub now: Timestamp,
    pub changed: BTreeSet<TargetId>,
    pub post_changed: bool,
    pub saga_changed: bool,
    pub jobs: Vec<JobChange>,
    pub events: Vec<NewEvent>,
}

impl PostUnit {
    pub fn new(post: Post, targets: Vec<Target>, now: Timestamp) -> Self {
        Self {
            post,
            targets,
            saga: None,
            accounts: BTreeMap::new(),
            unsettled: BTreeSet::new(),
            now,
            changed: BTreeSet::new(),
            post_changed: false,
            saga_changed: false,
            jobs: Vec::new(),
            events: Vec::new(),
        }
    }

    pub fn set_accounts(&mut self, accounts: BTreeMap<AccountId, AccountFacts>) {
        self.accounts = accounts;
    }

    /// Whether anything of it ever was, or may be, on a network.
    pub fn has_history(&self) -> bool {
        !self.unsettled.is_empty()
            || self.targets.iter().any(|target| {
                target.external_id.is_some()
                    || matches!(
                        target.status,
                        TargetStatus::Published
                            | TargetStatus::Publishing
                            | TargetStatus::NeedsReview
                            | TargetStatus::Compensating
                            | TargetStatus::Compensated
                    )
            })
    }

    pub fn target(&self, id: TargetId) -> Option<&Target> {
        self.targets.iter().find(|target| target.id == id)
    }

    fn platform(&self, account: AccountId) -> Option<Platform> {
        self.accounts.get(&account).map(|facts| facts.platform)
    }

    fn ids(&self, wanted: impl Fn(&Target) -> bool) -> Vec<TargetId> {
        self.targets.iter().filter(|target| wanted(target)).map(|target| target.id).collect()
    }

    /// Changes a target's state by the table, then its other columns by `change`; notes the event.
    pub fn transition(
        &mut self,
        id: TargetId,
        to: TargetStatus,
        change: impl FnOnce(&mut Target),
    ) -> Result<(), IllegalTransition> {
        let Some(target) = self.targets.iter_mut().find(|target| target.id == id) else { return Ok(()) };
        let from = target.status;
        if !from.may_become(to) {
            return Err(IllegalTransition { target_id: id, from, to });
        }
        target.status = to;
        if to != TargetStatus::Pending {
            target.next_attempt_at = None;
        }
        change(target);
        target.updated_at = self.now;
        let target = target.clone();
        self.changed.insert(id);
        self.note_transition(&target, from);
        Ok(())
    }

    /// Changes a target's columns and not its state.
    pub fn touch(&mut self, id: TargetId, change: impl FnOnce(&mut Target)) {
        if let Some(target) = self.targets.iter_mut().find(|target| target.id == id) {
            change(target);
            target.updated_at = self.now;
            self.changed.insert(id);
        }
    }

    /// Works out what follows from the changes: the saga's next moves and the post's status.
    pub fn conclude(&mut self) -> Result<(), IllegalTransition> {
        self.advance_saga()?;
        let statuses: Vec<TargetStatus> = self.targets.iter().map(|target| target.status).collect();
        let status = derive_status(&statuses);
        if status != self.post.status {
            let from = self.post.status;
            self.post.status = status;
            self.post_changed = true;
            self.note_post_status(from);
        }
        if self.post.published_at.is_none()
            && let Some(first) = self.targets.iter().filter_map(|target| target.published_at).min()
        {
            self.post.published_at = Some(first);
            self.post_changed = true;
        }
        if self.post_changed {
            self.post.updated_at = self.now;
        }
        if self.events.is_empty() {
            self.note_waits();
        }
        self.finish_events();
        Ok(())
    }
}

/// Writes an error into a target.
pub fn set_error(target: &mut Target, code: TargetErrorCode, message: &str) {
    target.error_code = Some(code);
    target.error_message = Some(message.chars().take(500).collect());
}

/// Forgets a target's error.
pub fn clear_error(target: &mut Target) {
    target.error_code = None;
    target.error_message = None;
}
