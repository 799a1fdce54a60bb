//! New times for several posts in one call.

use super::bulk::BulkOutcome;
use super::bulk_commands::{Call, Item, Naming};
use super::commands::first_post;
use super::posts::Posts;
use super::preflight::{PathTo, refusals};
use super::rights::Change;
use super::schedule::Schedule;
use super::stored::StoredPost;
use crate::context::{Committed, Keyed, MutationKey, ServiceError, ServiceResult};
use fanfare_domain::actor::Actor;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, PostId, WorkspaceId};
use fanfare_domain::post::PostCommand;
use fanfare_domain::user_error::UserError;
use fanfare_storage::command::idempotent::KeyedInput;
use std::collections::{BTreeMap, HashMap};

/// A post and its new time, as an input gives them.
pub struct Rescheduling {
    pub id: Result<PostId, UserError>,
    pub schedule: Result<Schedule, Vec<UserError>>,
    pub key: Option<MutationKey>,
}

/// A post and its new time, with its place and its key as far as that was looked up.
struct New<K> {
    index: usize,
    id: PostId,
    schedule: Result<Schedule, Vec<UserError>>,
    key: Option<K>,
}

/// A post whose time can be set, with its place.
struct Timed {
    index: usize,
    id: PostId,
    at: Timestamp,
    key: Option<KeyedInput>,
}

impl Posts {
    /// Sets the time of each of the posts that is not on its way yet. `key` makes each take effect once: a call that is
    /// repeated changes what the first had not come to.
    pub async fn reschedule_many(
        &self,
        actor: &Actor,
        inputs: Vec<Rescheduling>,
    ) -> ServiceResult<Vec<BulkOutcome>> {
        let mut call = Call::new(Naming::Items);
        let (mut ids, mut times) = (Vec::with_capacity(inputs.len()), BTreeMap::new());
        for (index, Rescheduling { id, schedule, key }) in inputs.into_iter().enumerate() {
            ids.push(id);
            times.insert(index, (schedule, key));
        }
        let named = self.named(actor, ids, &mut call).await?;
        for workspace in named.keys() {
            self.allow(actor, *workspace, Change::Command).await?;
        }
        let now = self.context.clock.now();
        for (workspace, posts) in named {
            let posts = posts.into_iter().filter_map(|(index, id)| {
                let (schedule, key) = times.remove(&index)?;
                Some(New { index, id, schedule, key })
            });
            let new = self.not_rescheduled_yet(actor, workspace, posts.collect(), &mut call).await?;
            let timed = self.timed(workspace, new, now, &mut call).await?;
            let items = self.publishable(workspace, timed, &mut call).await?;
            self.run_together(actor, workspace, items, &mut call).await?;
        }
        Ok(call.into_outcomes())
    }

    /// Takes out the posts that an earlier call has rescheduled under their keys.
    async fn not_rescheduled_yet(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        posts: Vec<New<MutationKey>>,
        call: &mut Call,
    ) -> ServiceResult<Vec<New<KeyedInput>>> {
        let (posts, keys): (Vec<_>, Vec<_>) =
            posts.into_iter().map(|it| ((it.index, it.id, it.schedule), it.key)).unzip();
        let keys = self.context.look_up_keys(keys, workspace, actor.user_id).await?;
        let (mut new, mut known) = (Vec::with_capacity(posts.len()), Vec::new());
        for ((index, id, schedule), key) in posts.into_iter().zip(keys) {
            match key {
                Ok(Keyed::Run(key)) => new.push(New { index, id, schedule, key }),
                Ok(Keyed::Replay(first)) => known.push((index, first)),
                Err(error) => call.note(index, Err(error))?,
            }
        }
        if !known.is_empty() {
            let seq = self.context.db.events().last_seq(workspace).await?;
            // The first call may have been on another node.
            self.context.hub.met(workspace, seq);
            for (index, first) in known {
                let place = first_post(workspace, first).await;
                call.note(index, place.map(|it| Committed::before(workspace, Some(seq), it)))?;
            }
        }
        Ok(new)
    }

    /// Refuses times that are none, or not ahead.
    async fn timed(
        &self,
        workspace: WorkspaceId,
        posts: Vec<New<KeyedInput>>,
        now: Timestamp,
        call: &mut Call,
    ) -> ServiceResult<Vec<Timed>> {
        let local = posts.iter().any(|it| it.schedule.as_ref().is_ok_and(Schedule::needs_zone));
        let zone = if local { self.zone_of(workspace).await? } else { None };
        let mut timed = Vec::with_capacity(posts.len());
        for New { index, id, schedule, key } in posts {
            let at = schedule.and_then(|it| it.in_zone(zone).resolve(now).map_err(|error| vec![error]));
            match at {
                Ok(at) => timed.push(Timed { index, id, at, key }),
                Err(errors) => call.refuse(index, errors),
            }
        }
        Ok(timed)
    }

    /// Refuses what the platforms would refuse of the targets that get the time. What the posts name is read once for all
    /// of them.
    async fn publishable(
        &self,
        workspace: WorkspaceId,
        timed: Vec<Timed>,
        call: &mut Call,
    ) -> ServiceResult<Vec<Item>> {
        let ids: Vec<PostId> = timed.iter().map(|it| it.id).collect();
        let stored = self.stored_posts(workspace, &ids).await?;
        let drafts: Vec<_> = stored.iter().map(|it| &it.draft).collect();
        let subjects = self.subjects_of(workspace, &drafts).await?;
        let mut refused: HashMap<PostId, Vec<UserError>> = HashMap::new();
        let mut weighed: Vec<(&StoredPost, Vec<AccountId>)> = Vec::new();
        for post in &stored {
            let waiting = post.targets.iter().filter(|it| it.status.may_be_published());
            let waiting: Vec<AccountId> = waiting.map(|it| it.account_id).collect();
            if waiting.is_empty() {
                // The command says why it has nothing to send.
                continue;
            }
            let missing = subjects.missing(&post.draft);
            if missing.is_empty() {
                weighed.push((post, waiting));
            } else {
                refused.insert(post.id, missing);
            }
        }
        let drafts: Vec<_> = weighed.iter().map(|(post, _)| &post.draft).collect();
        let checks = self.examine_many(&drafts, &subjects).await?;
        for ((post, waiting), checks) in weighed.into_iter().zip(checks) {
            let errors = refusals(&checks, PathTo::Id, |account| waiting.contains(&account));
            if !errors.is_empty() {
                refused.insert(post.id, errors);
            }
        }
        let rows: HashMap<PostId, usize> = stored.iter().map(|it| (it.id, 1 + it.targets.len())).collect();
        let mut items = Vec::with_capacity(timed.len());
        for Timed { index, id, at, key } in timed {
            match (refused.remove(&id), rows.get(&id)) {
                (Some(errors), _) => call.refuse(index, errors),
                (None, None) => call.note(index, Err(ServiceError::NotFound))?,
                (None, Some(&rows)) => {
                    items.push(Item { index, id, command: PostCommand::Schedule(at), key, rows });
                }
            }
        }
        Ok(items)
    }
}
