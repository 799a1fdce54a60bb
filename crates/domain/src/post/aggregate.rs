//! The post with its targets and its saga: loaded under a lock, changed by pure decisions, and saved with the jobs and
//! events that follow from them in one transaction.

use super::note::Note;
use super::refusal::{IllegalTransition, PostError, PostRefusal};
use super::{AccountFacts, JobKind, NewPost, Post, PostStatus, Saga, Target, TargetStatus, derive_status};
use crate::clock::Timestamp;
use crate::id::{AccountId, PostId, TargetId};
use crate::media::MediaState;
use crate::platform::Platform;
use std::collections::{BTreeMap, BTreeSet};

/// What is to be done with a target's job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobUpdate {
    /// Queue it, or move the queued one.
    Queue { target_id: TargetId, kind: JobKind, run_at: Timestamp, due_at: Timestamp },
    /// What it waited for is there: it runs at its due time, or now.
    Wake { target_id: TargetId },
    /// It is not wanted any more.
    Close { target_id: TargetId },
}

impl JobUpdate {
    pub const fn target_id(&self) -> TargetId {
        match self {
            Self::Queue { target_id, .. } | Self::Wake { target_id } | Self::Close { target_id } => {
                *target_id
            }
        }
    }
}

/// A post with its targets and its saga, and what has been decided of them since it was loaded.
#[derive(Clone, Debug)]
pub struct PostAggregate {
    pub post: Post,
    pub targets: Vec<Target>,
    pub saga: Option<Saga>,
    pub(super) accounts: BTreeMap<AccountId, AccountFacts>,
    /// Targets of which a public step may have taken effect and is not settled.
    pub(super) unsettled: BTreeSet<TargetId>,
    pub(super) now: Timestamp,
    pub(super) changed: BTreeSet<TargetId>,
    pub(super) post_changed: bool,
    pub(super) saga_changed: bool,
    pub(super) jobs: Vec<JobUpdate>,
    pub(super) notes: Vec<Note>,
}

impl PostAggregate {
    /// A stored post, without its saga and with no step unsettled.
    pub fn new(
        post: Post,
        targets: Vec<Target>,
        accounts: BTreeMap<AccountId, AccountFacts>,
        now: Timestamp,
    ) -> Self {
        Self {
            post,
            targets,
            saga: None,
            accounts,
            unsettled: BTreeSet::new(),
            now,
            changed: BTreeSet::new(),
            post_changed: false,
            saga_changed: false,
            jobs: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// A post that is not stored yet. Its ids stand for those that [`Self::assign_ids`] brings: every target has one
    /// of its own, below zero.
    pub fn draft(new: &NewPost, now: Timestamp) -> Self {
        let post = Post {
            id: PostId(0),
            workspace_id: new.workspace_id,
            body: new.body.clone(),
            media_state: new.first_media_state(),
            status: PostStatus::Draft,
            scheduled_at: None,
            published_at: None,
            updated_at: now,
            revision: 1,
        };
        let accounts = new.targets.iter().map(|target| (target.account_id, target.account.clone())).collect();
        let targets = new.targets.iter().zip(1_i64..).map(|(target, place)| Target {
            id: TargetId(-place),
            account_id: target.account_id,
            content: target.variant.content.clone(),
            title: target.variant.title.clone(),
            hashtags: target.variant.hashtags.clone(),
            link_url: target.variant.link_url.clone(),
            own_media: target.variant.media_ids.is_some(),
            status: TargetStatus::Draft,
            external_id: None,
            url: None,
            error: None,
            attempts: 0,
            next_attempt_at: None,
            published_at: None,
            updated_at: now,
        });
        let targets = targets.collect();
        Self::new(post, targets, accounts, now)
    }

    /// The same post with another text and other targets, which are not stored yet: its place, its time and its status
    /// stay, and nothing of the old targets and their saga.
    #[must_use]
    pub fn rewritten(&self, new: &NewPost, media_state: Option<MediaState>) -> Self {
        let mut post = Self::draft(new, self.now);
        post.post = Post {
            id: self.post.id,
            media_state,
            status: self.post.status,
            scheduled_at: self.post.scheduled_at,
            published_at: self.post.published_at,
            revision: self.post.revision,
            ..post.post
        };
        post
    }

    /// Takes the ids that the database gave to a new post and, in their order, to its targets.
    pub fn assign_ids(&mut self, post: PostId, targets: &[TargetId]) {
        let ids: BTreeMap<TargetId, TargetId> =
            self.targets.iter().map(|target| target.id).zip(targets.iter().copied()).collect();
        let stored = |id: TargetId| ids.get(&id).copied().unwrap_or(id);
        self.post.id = post;
        for target in &mut self.targets {
            target.id = stored(target.id);
        }
        for job in &mut self.jobs {
            let (JobUpdate::Queue { target_id, .. }
            | JobUpdate::Wake { target_id }
            | JobUpdate::Close { target_id }) = job;
            *target_id = stored(*target_id);
        }
        for note in &mut self.notes {
            if let Note::Transition { target, .. } = note {
                target.id = stored(target.id);
            }
        }
        self.changed = std::mem::take(&mut self.changed).into_iter().map(stored).collect();
    }

    /// Takes the saga that is stored of the post.
    pub fn set_saga(&mut self, saga: Saga) {
        self.saga = Some(saga);
    }

    /// Takes the targets of which a public step may have taken effect and is not settled.
    pub fn set_unsettled(&mut self, targets: BTreeSet<TargetId>) {
        self.unsettled = targets;
    }

    /// The time of its decisions.
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// The targets that changed.
    pub fn changed_targets(&self) -> impl Iterator<Item = &Target> {
        self.targets.iter().filter(|target| self.changed.contains(&target.id))
    }

    /// Whether the post's own columns changed.
    pub const fn post_has_changed(&self) -> bool {
        self.post_changed
    }

    /// The saga, if it changed.
    pub fn changed_saga(&self) -> Option<&Saga> {
        self.saga.as_ref().filter(|_| self.saga_changed)
    }

    /// What is to be done with its jobs, in this order.
    pub fn jobs(&self) -> &[JobUpdate] {
        &self.jobs
    }

    /// Whether anything of it ever was, or may be, on a platform.
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

    /// What is known of a target's account.
    pub fn account(&self, id: AccountId) -> Option<&AccountFacts> {
        self.accounts.get(&id)
    }

    pub(super) fn platform(&self, account: AccountId) -> Option<Platform> {
        self.accounts.get(&account).map(|facts| facts.platform)
    }

    pub(super) fn ids(&self, wanted: impl Fn(&Target) -> bool) -> Vec<TargetId> {
        self.targets.iter().filter(|target| wanted(target)).map(|target| target.id).collect()
    }

    /// The refusal of a command.
    pub(super) fn refuse(&self, refusal: PostRefusal) -> PostError {
        PostError::Refused(refusal.user_error(self.post.status))
    }

    /// Moves a target to another state by the table, then edits its other columns; notes the event.
    pub fn transition(
        &mut self,
        id: TargetId,
        to: TargetStatus,
        edit: impl FnOnce(&mut Target),
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
        edit(target);
        target.updated_at = self.now;
        let target = target.clone();
        self.changed.insert(id);
        self.note_transition(target, from);
        Ok(())
    }

    /// Edits a target's columns and not its state.
    pub fn touch(&mut self, id: TargetId, edit: impl FnOnce(&mut Target)) {
        if let Some(target) = self.targets.iter_mut().find(|target| target.id == id) {
            edit(target);
            target.updated_at = self.now;
            self.changed.insert(id);
        }
    }

    /// Adds an update of a job. One that closes it makes what was decided of it before void.
    pub(super) fn update_job(&mut self, update: JobUpdate) {
        if let JobUpdate::Close { target_id } = update {
            self.jobs.retain(|earlier| earlier.target_id() != target_id);
        }
        self.jobs.push(update);
    }

    /// Works out what follows from what was decided: the saga's next moves and the post's status.
    pub fn conclude(&mut self) -> Result<(), IllegalTransition> {
        self.advance_saga()?;
        let statuses: Vec<TargetStatus> = self.targets.iter().map(|target| target.status).collect();
        let status = derive_status(&statuses);
        if status != self.post.status {
            let from = std::mem::replace(&mut self.post.status, status);
            self.post_changed = true;
            self.notes.push(Note::Status { from, to: status });
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
        if self.notes.is_empty() {
            self.note_waits();
        }
        Ok(())
    }
}
