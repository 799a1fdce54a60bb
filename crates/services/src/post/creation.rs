//! New posts.

use super::commands::{PostPlace, first_post};
use super::draft::{PostDraft, PostInput};
use super::posts::Posts;
use super::preflight::{PathTo, refusals};
use super::rights::Change;
use super::schedule::Schedule;
use super::validation;
use crate::context::{Committed, Context, MutationKey, ServiceResult, refuse};
use fanfare_cache::rate::Limited;
use fanfare_domain::actor::Actor;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::EventActor;
use fanfare_domain::id::{UserId, WorkspaceId};
use fanfare_domain::platform::Platform;
use fanfare_domain::post::{NewPost, Then};
use fanfare_domain::user_error::UserError;
use fanfare_storage::command::idempotent::KeyedInput;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Posts {
    /// Creates a draft, or a post that is published at once or at a time: `creates_per_minute` a user.
    pub async fn create(
        &self,
        actor: &Actor,
        mut input: PostInput,
        key: Option<MutationKey>,
    ) -> ServiceResult<Committed<PostPlace>> {
        let (workspace, user) = (input.workspace_id.unwrap_or(actor.default_workspace), actor.user_id);
        self.allow(actor, workspace, Change::Create(&input)).await?;
        let (by, again) = (EventActor::from(actor), |first| first_post(workspace, first));
        let first = |key| async move {
            let now = self.context.clock.now();
            self.complete(vec![&mut input], workspace).await?;
            let (draft, then) = self.judge(input, now)?;
            let per_minute = self.context.options.creates_per_minute;
            self.context.rates.take(Limited::PostCreation(user), per_minute, now).await?;
            let new = self.storable(workspace, user, draft, then).await?;
            self.store(workspace, (new, then), by, key).await
        };
        self.context.idempotent(key, (workspace, user), again, first).await
    }

    /// Stores a post that may be stored.
    pub(super) async fn store(
        &self,
        workspace: WorkspaceId,
        (new, then): (NewPost, Then),
        by: EventActor,
        key: Option<KeyedInput>,
    ) -> ServiceResult<Committed<PostPlace>> {
        let create = |context: Arc<Context>| async move {
            let (quota, now) = (context.options.post_quota, context.clock.now());
            context.db.posts().create(new, then, by, key, quota, now).await
        };
        let created = self.context.command(workspace, create).await?;
        Ok(created.map(|post_id| PostPlace { workspace_id: workspace, post_id }))
    }

    /// What is to be stored and what is to happen with it; or everything that is wrong whatever the network.
    pub(crate) fn judge(&self, mut input: PostInput, now: Timestamp) -> ServiceResult<(PostDraft, Then)> {
        let mut errors = std::mem::take(&mut input.unreadable);
        let then = input.decide(now, &mut errors);
        let mut draft = input.draft;
        validation::trim(&mut draft);
        errors.extend(validation::check(&draft));
        errors.extend(self.media_fetches.check_urls(&draft.media_urls));
        refuse(errors)?;
        Ok((draft, then))
    }

    /// A post that may be stored: what it names is in the workspace, and no network that it is to go out on refuses it.
    async fn storable(
        &self,
        workspace: WorkspaceId,
        author: UserId,
        draft: PostDraft,
        then: Then,
    ) -> ServiceResult<NewPost> {
        let subjects = self.subjects(workspace, &draft).await?;
        if then != Then::Keep {
            let checks = self.examine(&draft, &subjects).await?;
            refuse(refusals(&checks, PathTo::Accounts, |_| true))?;
        }
        Ok(draft.into_new_post(workspace, author, &subjects.accounts))
    }

    /// The same for each of several posts, in their order, or what is wrong with it. What they name is read once for all
    /// of them.
    pub(crate) async fn storable_many(
        &self,
        workspace: WorkspaceId,
        author: UserId,
        drafts: Vec<(PostDraft, Then)>,
    ) -> ServiceResult<Vec<Result<(NewPost, Then), Vec<UserError>>>> {
        let all: Vec<&PostDraft> = drafts.iter().map(|(draft, _)| draft).collect();
        let subjects = self.subjects_of(workspace, &all).await?;
        let mut found: Vec<Vec<UserError>> = all.iter().map(|draft| subjects.missing(draft)).collect();
        let sent = drafts.iter().zip(&found).filter(|((_, then), missing)| is_weighed(*then, missing));
        let sent: Vec<&PostDraft> = sent.map(|((draft, _), _)| draft).collect();
        let mut checks = self.examine_many(&sent, &subjects).await?.into_iter();
        for ((_, then), errors) in drafts.iter().zip(&mut found) {
            if is_weighed(*then, errors) {
                *errors = refusals(&checks.next().unwrap_or_default(), PathTo::Accounts, |_| true);
            }
        }
        let posts = drafts.into_iter().zip(found).map(|((draft, then), errors)| {
            if errors.is_empty() {
                Ok((draft.into_new_post(workspace, author, &subjects.accounts), then))
            } else {
                Err(errors)
            }
        });
        Ok(posts.collect())
    }

    /// Puts in what inputs leave to their workspace: its accounts on the networks that are named, its time zone.
    pub(super) async fn complete(
        &self,
        inputs: Vec<&mut PostInput>,
        workspace: WorkspaceId,
    ) -> ServiceResult<()> {
        let named: BTreeSet<Platform> = inputs.iter().flat_map(|input| input.platforms.clone()).collect();
        let named: Vec<Platform> = named.into_iter().collect();
        let active =
            if named.is_empty() { Vec::new() } else { self.accounts.active_on(workspace, &named).await? };
        let active: Vec<_> = active.into_iter().map(Arc::new).collect();
        let local = inputs.iter().any(|input| input.schedule.as_ref().is_some_and(Schedule::needs_zone));
        let zone = if local { self.zone_of(workspace).await? } else { None };
        for input in inputs {
            let chosen = active.iter().filter(|account| input.platforms.contains(&account.platform));
            input.draft.add_accounts(chosen.cloned());
            input.schedule = input.schedule.take().map(|schedule| schedule.in_zone(zone));
        }
        Ok(())
    }
}

/// Whether the networks' rules are asked about a draft; `missing`: what it names and the workspace does not have.
fn is_weighed(then: Then, missing: &[UserError]) -> bool {
    then != Then::Keep && missing.is_empty()
}
