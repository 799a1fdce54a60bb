//! Commands on several posts in one call. Access is decided for all of them first; after that, a post that is refused
//! leaves the others.

use super::bulk::{BulkOutcome, MOST_POSTS, groups};
use super::commands::PostPlace;
use super::posts::Posts;
use super::rights::Change;
use crate::context::{Committed, Context, ServiceError, ServiceResult};
use fanfare_auth::Action;
use fanfare_domain::actor::Actor;
use fanfare_domain::event::EventActor;
use fanfare_domain::id::{PostId, WorkspaceId};
use fanfare_domain::post::PostCommand;
use fanfare_domain::row_id::RowId;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::command::idempotent::KeyedInput;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// How the input of a call names its posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Naming {
    /// `postIds.<index>`
    Ids,
    /// `posts.<index>.postId`, next to what is to become of it.
    Items,
}

impl Naming {
    const fn list(self) -> &'static str {
        match self {
            Self::Ids => "postIds",
            Self::Items => "posts",
        }
    }

    /// The error of one post, as this call's input names it.
    fn place(self, index: usize, mut error: UserError) -> UserError {
        let below = match (self, error.path.get(1).map(String::as_str)) {
            (_, Some("clientMutationKey")) => return error,
            (Self::Ids, _) | (Self::Items, None) => Vec::new(),
            (Self::Items, Some("scheduledAt" | "scheduledLocal")) => error.path.split_off(1),
            (Self::Items, Some(_)) => vec!["postId".to_owned()],
        };
        error.path = ["input", self.list(), &index.to_string()].map(str::to_owned).to_vec();
        error.path.extend(below);
        error
    }
}

/// What became of the posts of a call so far, by their places.
pub(super) struct Call {
    naming: Naming,
    outcomes: BTreeMap<usize, BulkOutcome>,
}

impl Call {
    pub const fn new(naming: Naming) -> Self {
        Self { naming, outcomes: BTreeMap::new() }
    }

    pub fn done(&mut self, index: usize, changed: Committed<PostPlace>) {
        self.outcomes.insert(index, Ok(changed));
    }

    pub fn refuse(&mut self, index: usize, errors: Vec<UserError>) {
        let errors = errors.into_iter().map(|it| self.naming.place(index, it)).collect();
        self.outcomes.insert(index, Err(errors));
    }

    /// Notes the outcome of one post. What the user cannot fix ends the call.
    pub fn note(&mut self, index: usize, outcome: ServiceResult<Committed<PostPlace>>) -> ServiceResult<()> {
        match outcome {
            Ok(changed) => self.done(index, changed),
            Err(ServiceError::User(errors)) => self.refuse(index, errors),
            Err(ServiceError::NotFound) => self.refuse(index, vec![no_post()]),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// One for each post of the call, in their order.
    pub fn into_outcomes(self) -> Vec<BulkOutcome> {
        self.outcomes.into_values().collect()
    }
}

/// A command on a post of a call, with its place.
pub(super) struct Item {
    pub index: usize,
    pub id: PostId,
    pub command: PostCommand,
    pub key: Option<KeyedInput>,
    /// About how many rows the post has.
    pub rows: usize,
}

/// The posts of a call by their workspaces, each with its place.
pub(super) type Named = BTreeMap<WorkspaceId, Vec<(usize, PostId)>>;

impl Posts {
    /// Cancels what was not sent yet of each of the posts.
    pub async fn cancel_many(
        &self,
        actor: &Actor,
        ids: Vec<Result<PostId, UserError>>,
    ) -> ServiceResult<Vec<BulkOutcome>> {
        let mut call = Call::new(Naming::Ids);
        let named = self.named(actor, ids, &mut call).await?;
        for workspace in named.keys() {
            self.allow(actor, *workspace, Change::Command).await?;
        }
        for (workspace, posts) in named {
            let rows = self.rows_of(workspace, &posts).await?;
            let items = posts.into_iter().map(|(index, id)| Item {
                index,
                id,
                command: PostCommand::Cancel,
                key: None,
                rows: rows.get(&id).copied().unwrap_or(1),
            });
            self.run_together(actor, workspace, items.collect(), &mut call).await?;
        }
        Ok(call.into_outcomes())
    }

    /// Deletes those of the posts of which nothing was ever sent; those that go out, for those only who may publish.
    pub async fn delete_many(
        &self,
        actor: &Actor,
        ids: Vec<Result<PostId, UserError>>,
    ) -> ServiceResult<Vec<BulkOutcome>> {
        let mut call = Call::new(Naming::Ids);
        let named = self.named(actor, ids, &mut call).await?;
        for workspace in named.keys() {
            self.context.authorize(actor, *workspace, Action::WritePosts).await?;
        }
        let by = EventActor::from(actor);
        for (workspace, posts) in named {
            let reach = self.reach(actor, workspace).await?;
            let rows = self.rows_of(workspace, &posts).await?;
            for group in groups(posts, |(_, id)| rows.get(id).copied().unwrap_or(1)) {
                let ids: Vec<PostId> = group.iter().map(|(_, id)| *id).collect();
                let delete = |context: Arc<Context>| async move {
                    let now = context.clock.now();
                    context.db.posts().delete_many(workspace, &ids, reach, by, now).await
                };
                let (each, seq) = self.context.command(workspace, delete).await?.into_parts();
                for ((index, post_id), outcome) in group.into_iter().zip(each) {
                    let place = PostPlace { workspace_id: workspace, post_id };
                    let deleted = outcome.map(|()| Committed::before(workspace, seq, place));
                    call.note(index, deleted.map_err(ServiceError::from))?;
                }
            }
        }
        Ok(call.into_outcomes())
    }

    /// The posts that the actor may see. An id that is none, that is there twice or that names nothing is refused.
    pub(super) async fn named(
        &self,
        actor: &Actor,
        ids: Vec<Result<PostId, UserError>>,
        call: &mut Call,
    ) -> ServiceResult<Named> {
        if ids.len() > MOST_POSTS {
            let words = format!("Name at most {MOST_POSTS} posts.");
            return Err(UserError::new(UserErrorCode::TooMany, call.naming.list(), words).into());
        }
        let (mut once, mut wanted) = (BTreeSet::new(), Vec::with_capacity(ids.len()));
        for (index, id) in ids.into_iter().enumerate() {
            match id {
                Ok(id) if once.insert(id) => wanted.push((index, id)),
                Ok(_) => {
                    let twice = UserError::new(UserErrorCode::Invalid, "id", "The post is named twice.");
                    call.refuse(index, vec![twice]);
                }
                Err(error) => call.refuse(index, vec![error]),
            }
        }
        let rows: Vec<RowId> = wanted.iter().map(|(_, id)| RowId::from(*id)).collect();
        let places = self.places.of(actor, &rows).await?;
        let mut named = Named::new();
        for (index, id) in wanted {
            match places.get(&RowId::from(id)) {
                Some(place) => named.entry(place.workspace).or_default().push((index, id)),
                None => call.refuse(index, vec![no_post()]),
            }
        }
        Ok(named)
    }

    /// About how many rows each post has.
    async fn rows_of(
        &self,
        workspace: WorkspaceId,
        posts: &[(usize, PostId)],
    ) -> ServiceResult<HashMap<PostId, usize>> {
        let ids: Vec<PostId> = posts.iter().map(|(_, id)| *id).collect();
        let counts = self.context.db.targets().counts_of_posts(workspace, &ids).await?;
        let rows = counts.into_iter().map(|(id, targets)| (id, 1 + usize::try_from(targets).unwrap_or(0)));
        Ok(rows.collect())
    }

    /// Runs commands in as few transactions as their rows allow. Where one is refused as a whole, because a quota is used
    /// up or a key was used meanwhile, each of its posts has one of its own, so that only those are refused that must be.
    pub(super) async fn run_together(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        items: Vec<Item>,
        call: &mut Call,
    ) -> ServiceResult<()> {
        let by = EventActor::from(actor);
        for group in groups(items, |item| item.rows) {
            let commands: Vec<(PostId, PostCommand)> =
                group.iter().map(|item| (item.id, item.command.clone())).collect();
            let keys: Vec<Option<KeyedInput>> = group.iter().map(|item| item.key.clone()).collect();
            let now = self.context.clock.now();
            let run = |context: Arc<Context>| async move {
                let terms = (context.options.post_quota, now);
                context.db.posts().command_many(workspace, &commands, &keys, by, terms).await
            };
            let (each, seq) = match self.context.command(workspace, run).await {
                Ok(done) => done.into_parts(),
                Err(ServiceError::User(_)) => {
                    for Item { index, id, command, key, .. } in group {
                        let outcome = self.command(actor, workspace, id, command, key, now).await;
                        call.note(index, outcome)?;
                    }
                    continue;
                }
                Err(error) => return Err(error),
            };
            for (item, outcome) in group.into_iter().zip(each) {
                let place = PostPlace { workspace_id: workspace, post_id: item.id };
                let changed = outcome.map(|()| Committed::before(workspace, seq, place));
                call.note(item.index, changed.map_err(ServiceError::from))?;
            }
        }
        Ok(())
    }
}

fn no_post() -> UserError {
    UserError::not_found("id", "post")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_its_post_as_the_input_does() {
        let placed = |naming: Naming, field: &str| {
            naming.place(3, UserError::new(UserErrorCode::Invalid, field, "No.")).path.join(".")
        };
        for field in ["id", "scheduledAt", ""] {
            assert_eq!(placed(Naming::Ids, field), "input.postIds.3");
        }
        for (field, path) in [
            ("id", "input.posts.3.postId"),
            ("accountIds", "input.posts.3.postId"),
            ("scheduledAt", "input.posts.3.scheduledAt"),
            ("scheduledLocal.dateTime", "input.posts.3.scheduledLocal.dateTime"),
            ("", "input.posts.3"),
            ("clientMutationKey", "input.clientMutationKey"),
        ] {
            assert_eq!(placed(Naming::Items, field), path);
        }
    }
}
