//! Many posts at once. One that is refused leaves the others; those that may be stored are stored together.

use super::commands::{PostPlace, first_post};
use super::draft::{PostDraft, PostInput};
use super::posts::Posts;
use super::rights::Change;
use crate::context::{Committed, Context, Keyed, MutationKey, ServiceError, ServiceResult};
use fanfare_auth::Action;
use fanfare_cache::rate::Limited;
use fanfare_domain::actor::Actor;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::EventActor;
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::post::{NewPost, Then};
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::command::idempotent::KeyedInput;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Posts in one call.
pub const MOST_POSTS: usize = 500;
/// Rows after which a transaction ends, its posts with their targets and media: others wait for it on SQLite.
const ROWS_AT_ONCE: usize = 2_000;

/// What became of one post: what was stored, or its validation errors. The errors' paths begin at `posts.<index>`.
pub type BulkOutcome = Result<Committed<PostPlace>, Vec<UserError>>;

/// A post of the call that is not refused so far, with its place.
struct Item<T> {
    index: usize,
    post: T,
    key: Option<KeyedInput>,
}

/// What became of the posts, by their places.
#[derive(Default)]
struct Outcomes(BTreeMap<usize, BulkOutcome>);

impl Outcomes {
    /// Passes on what went well, and notes a refusal. What the user cannot fix ends the call; the key leads to what is
    /// stored already.
    fn unless_refused<T>(&mut self, index: usize, outcome: ServiceResult<T>) -> ServiceResult<Option<T>> {
        let errors = match outcome {
            Ok(value) => return Ok(Some(value)),
            Err(ServiceError::User(errors)) => errors,
            Err(ServiceError::NotFound) => vec![UserError::not_found("workspaceId", "workspace")],
            Err(ServiceError::Forbidden(words)) => vec![UserError::new(UserErrorCode::Invalid, "", words)],
            Err(error) => return Err(error),
        };
        self.0.insert(index, Err(errors.into_iter().map(|it| below(index, it)).collect()));
        Ok(None)
    }

    fn note(&mut self, index: usize, outcome: ServiceResult<Committed<PostPlace>>) -> ServiceResult<()> {
        if let Some(stored) = self.unless_refused(index, outcome)? {
            self.0.insert(index, Ok(stored));
        }
        Ok(())
    }
}

impl Posts {
    /// Creates posts in their order. The call counts once against the creations of a minute. `key` makes each of them
    /// take effect once: a call that is repeated stores what the first had not come to.
    pub async fn create_many(
        &self,
        actor: &Actor,
        inputs: Vec<(PostInput, Option<MutationKey>)>,
    ) -> ServiceResult<Vec<BulkOutcome>> {
        if inputs.len() > MOST_POSTS {
            let words = format!("Give at most {MOST_POSTS} posts.");
            return Err(UserError::new(UserErrorCode::TooMany, "posts", words).into());
        }
        self.context.authorize(actor, actor.default_workspace, Action::WritePosts).await?;
        let (limit, now) = (self.context.options.creates_per_minute, self.context.clock.now());
        self.context.rates.take(Limited::PostCreation(actor.user_id), limit, now).await?;
        let mut outcomes = Outcomes::default();
        let mut workspaces: BTreeMap<WorkspaceId, Vec<_>> = BTreeMap::new();
        for (index, (input, key)) in inputs.into_iter().enumerate() {
            let workspace = input.workspace_id.unwrap_or(actor.default_workspace);
            let allowed = self.allow(actor, workspace, Change::Create(&input)).await;
            if outcomes.unless_refused(index, allowed)?.is_some() {
                workspaces.entry(workspace).or_default().push((index, input, key));
            }
        }
        for (workspace, inputs) in workspaces {
            let new = self.not_created_yet(actor, workspace, inputs, &mut outcomes).await?;
            let drafts = self.judge_many(workspace, new, now, &mut outcomes).await?;
            let ready = self.ready(actor, workspace, drafts, &mut outcomes).await?;
            for group in groups(ready, |item| rows_of(&item.post.0)) {
                self.store_together(actor, workspace, group, &mut outcomes).await?;
            }
        }
        Ok(outcomes.0.into_values().collect())
    }

    /// Takes out the posts that an earlier call has created under their keys: they are answered again.
    async fn not_created_yet(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        inputs: Vec<(usize, PostInput, Option<MutationKey>)>,
        outcomes: &mut Outcomes,
    ) -> ServiceResult<Vec<Item<PostInput>>> {
        let (posts, keys): (Vec<_>, Vec<_>) =
            inputs.into_iter().map(|(index, input, key)| ((index, input), key)).unzip();
        let keys = self.context.look_up_keys(keys, workspace, actor.user_id).await?;
        let (mut new, mut created) = (Vec::new(), Vec::new());
        for ((index, post), key) in posts.into_iter().zip(keys) {
            match outcomes.unless_refused(index, key)? {
                Some(Keyed::Run(key)) => new.push(Item { index, post, key }),
                Some(Keyed::Replay(first)) => created.push((index, first)),
                None => {}
            }
        }
        if !created.is_empty() {
            let seq = self.context.db.events().last_seq(workspace).await?;
            // The first call may have been on another node.
            self.context.hub.met(workspace, seq);
            for (index, first) in created {
                let place = first_post(workspace, first).await;
                outcomes.note(index, place.map(|it| Committed::before(workspace, Some(seq), it)))?;
            }
        }
        Ok(new)
    }

    /// What is to be stored; refuses what is wrong whatever the network.
    async fn judge_many(
        &self,
        workspace: WorkspaceId,
        mut new: Vec<Item<PostInput>>,
        now: Timestamp,
        outcomes: &mut Outcomes,
    ) -> ServiceResult<Vec<Item<(PostDraft, Then)>>> {
        self.complete(new.iter_mut().map(|item| &mut item.post).collect(), workspace).await?;
        let mut judged = Vec::with_capacity(new.len());
        for Item { index, post, key } in new {
            if let Some(post) = outcomes.unless_refused(index, self.judge(post, now))? {
                judged.push(Item { index, post, key });
            }
        }
        Ok(judged)
    }

    /// Refuses what names something that is not in the workspace, and what a network would refuse.
    async fn ready(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        drafts: Vec<Item<(PostDraft, Then)>>,
        outcomes: &mut Outcomes,
    ) -> ServiceResult<Vec<Item<(NewPost, Then)>>> {
        let (places, drafts): (Vec<_>, Vec<_>) =
            drafts.into_iter().map(|Item { index, post, key }| ((index, key), post)).unzip();
        let posts = self.storable_many(workspace, actor.user_id, drafts).await?;
        let mut ready = Vec::with_capacity(posts.len());
        for ((index, key), post) in places.into_iter().zip(posts) {
            if let Some(post) = outcomes.unless_refused(index, post.map_err(ServiceError::User))? {
                ready.push(Item { index, post, key });
            }
        }
        Ok(ready)
    }

    /// Stores posts in one transaction. Where it is refused, because a quota is used up or something has changed since the
    /// posts were validated, each is stored alone, so that only those are refused that must be.
    async fn store_together(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        group: Vec<Item<(NewPost, Then)>>,
        outcomes: &mut Outcomes,
    ) -> ServiceResult<()> {
        let by = EventActor::from(actor);
        if group.len() > 1 {
            let keys: Vec<Option<KeyedInput>> = group.iter().map(|item| item.key.clone()).collect();
            let posts: Vec<(NewPost, Then)> = group.iter().map(|item| item.post.clone()).collect();
            let create = |context: Arc<Context>| async move {
                let terms = (context.options.post_quota, context.clock.now());
                context.db.posts().create_many(workspace, &posts, &keys, by, terms).await
            };
            match self.context.command(workspace, create).await {
                Ok(created) => {
                    let (ids, seq) = created.into_parts();
                    for (item, post_id) in group.iter().zip(ids) {
                        let place = PostPlace { workspace_id: workspace, post_id };
                        outcomes.note(item.index, Ok(Committed::before(workspace, seq, place)))?;
                    }
                    return Ok(());
                }
                Err(ServiceError::User(_) | ServiceError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        for Item { index, post, key } in group {
            let stored = self.store(workspace, post, by, key).await;
            outcomes.note(index, stored)?;
        }
        Ok(())
    }
}

/// Divides posts, in their order, into those that one transaction writes. `rows_of`: about how many rows a post has.
pub(super) fn groups<T>(items: Vec<T>, rows_of: impl Fn(&T) -> usize) -> Vec<Vec<T>> {
    let mut groups: Vec<Vec<T>> = Vec::new();
    let mut rows = 0;
    for item in items {
        let more = rows_of(&item);
        match groups.last_mut() {
            Some(group) if rows + more <= ROWS_AT_ONCE => {
                rows += more;
                group.push(item);
            }
            _ => {
                rows = more;
                groups.push(vec![item]);
            }
        }
    }
    groups
}

/// About how many rows a post has.
fn rows_of(new: &NewPost) -> usize {
    let own = new.targets.iter().filter_map(|target| target.variant.media_ids.as_ref());
    1 + new.targets.len() + new.media_ids.len() + new.media_urls.len() + own.map(Vec::len).sum::<usize>()
}

fn below(index: usize, mut error: UserError) -> UserError {
    error.path.splice(1..1, ["posts".to_owned(), index.to_string()]);
    error
}

#[cfg(test)]
mod tests {
    use super::*;
    use fanfare_domain::id::{MediaId, UserId};
    use fanfare_domain::post::PostBody;

    fn item(index: usize, media: i64) -> Item<(NewPost, Then)> {
        let new = NewPost {
            workspace_id: WorkspaceId(1),
            author_id: UserId(1),
            body: PostBody::default(),
            media_ids: (0..media).map(MediaId).collect(),
            media_urls: Vec::new(),
            targets: Vec::new(),
        };
        Item { index, post: (new, Then::Keep), key: None }
    }

    #[test]
    fn posts_are_divided_by_their_rows_and_keep_their_order() {
        let indexes = |media: &[i64]| -> Vec<Vec<usize>> {
            let ready: Vec<_> = media.iter().enumerate().map(|(index, media)| item(index, *media)).collect();
            let groups = groups(ready, |item| rows_of(&item.post.0)).into_iter();
            groups.map(|group| group.into_iter().map(|item| item.index).collect()).collect()
        };
        assert_eq!(indexes(&[]), Vec::<Vec<usize>>::new());
        assert_eq!(indexes(&[0; MOST_POSTS]), [(0..MOST_POSTS).collect::<Vec<_>>()]);
        assert_eq!(indexes(&[999, 999, 0, 2_500, 0]), [vec![0, 1], vec![2], vec![3], vec![4]]);
    }
}
