//! One loader a key, made anew for each request. Keys carry their workspace: a loader answers nothing of another.

use super::errors::top_level;
use crate::account::DAYS;
use dataloader::BatchFn;
use dataloader::non_cached::Loader;
use fanfare_cache::Kept;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{
    AccountId, CampaignId, ExportId, ImportId, InboxMessageId, InboxReplyId, MediaId, PostId, TargetId,
    TemplateId, UserId, WorkspaceId,
};
use fanfare_domain::metrics::PostNumbers;
use fanfare_domain::noun::Noun;
use fanfare_services::{Freshness, Read, ServiceError, Services};
use fanfare_storage::DbError;
use fanfare_storage::rows::{
    Account, AccountMetricDay, Campaign, Export, Import, InboxMessage, InboxReply, Media, MediaFetch, Post,
    Saga, Step, Target, TargetMetricPoint, TargetMetrics, Template, User, Workspace,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, OnceLock};

/// A loaded value; a failed query reaches every key of its batch.
type Loaded<V> = Result<V, Arc<DbError>>;

/// Requests gathered into one statement; more than a document within its price can make.
const LARGEST_BATCH: usize = 10_000;

/// Overdue posts that are read at once, of all campaigns together.
const MOST_OVERDUE: i64 = 1_000;

/// Posts that a campaign shows at once.
const NEWEST_POSTS: i64 = 100;

/// Key: a row of a workspace.
type In<I> = (WorkspaceId, I);

/// Where the rows come from: the database, or what was kept of its answers, as new as the request wants it.
#[derive(Clone)]
struct Source {
    services: Arc<Services>,
    fresh: Freshness,
}

impl Source {
    /// Rows of what belongs to `ids`, which only posts and their accounts change.
    async fn kept<T: Kept + Clone, I: Serialize + Copy + Ord + Sync>(
        &self,
        name: &'static str,
        workspace: WorkspaceId,
        ids: &[I],
        load: impl Future<Output = Result<T, DbError>> + Send,
    ) -> Result<T, DbError> {
        let mut question = ids.to_vec();
        question.sort_unstable();
        let about = &[Noun::Posts, Noun::Accounts];
        let read = Read { workspace, fresh: self.fresh, about, name, question: &question };
        self.services.cached(read, load).await.map(Arc::unwrap_or_clone)
    }
}

macro_rules! loaders {
    ($($(#[$meta:meta])* $field:ident, $batch:ident: $id:ty => $value:ty, $([$source:ident])? |$db:ident, $workspace:ident, $ids:ident| $query:expr;)+) => {
        $(
            struct $batch(Source);

            impl BatchFn<In<$id>, Loaded<$value>> for $batch {
                async fn load(&mut self, keys: &[In<$id>]) -> HashMap<In<$id>, Loaded<$value>> {
                    $(let $source = &self.0;)?
                    let $db = &self.0.services.db;
                    let mut loaded = HashMap::with_capacity(keys.len());
                    for ($workspace, $ids) in by_workspace(keys) {
                        let outcome: Result<HashMap<$id, $value>, DbError> = async { $query }.await;
                        settle(&mut loaded, $workspace, &$ids, outcome);
                    }
                    loaded
                }
            }
        )+

        /// The loaders of one request. Cheap to clone: clones share their batches.
        #[derive(Clone)]
        pub struct Loaders(Arc<Made>);

        /// Made when first asked: a subscription that is content with its events' payload holds none.
        struct Made {
            source: Source,
            $($field: OnceLock<Loader<In<$id>, Loaded<$value>, $batch>>,)+
        }

        impl Loaders {
            pub fn new(services: &Arc<Services>, fresh: Freshness) -> Self {
                let source = Source { services: Arc::clone(services), fresh };
                Self(Arc::new(Made { source, $($field: OnceLock::new(),)+ }))
            }

            $(
                $(#[$meta])*
                pub async fn $field(&self, workspace: WorkspaceId, id: $id) -> async_graphql::Result<$value> {
                    let loader = self.0.$field.get_or_init(|| {
                        // With two yields, resolvers of one level are gathered: measured 3 statements where none
                        // gives 84.
                        Loader::new($batch(self.0.source.clone())).with_yield_count(2).with_max_batch_size(LARGEST_BATCH)
                    });
                    // Tokio's budget would send a part of a large level away before all of it has asked.
                    let loaded = tokio::task::unconstrained(loader.load((workspace, id))).await;
                    loaded.map_err(|error| top_level(shared(&error)))
                }
            )+
        }
    };
}

loaders! {
    /// A post; `None` if it is not in the workspace.
    post, PostBatch: PostId => Option<Post>, |db, workspace, ids| {
        one(db.posts().by_ids(workspace, &ids).await?, |post| post.id)
    };
    /// The targets of a post, in their order.
    targets_of_post, TargetsOfPostBatch: PostId => Vec<Target>, [source] |db, workspace, ids| {
        let read = async { db.targets().of_posts(workspace, &ids).await };
        let targets = source.kept("targets.of_posts", workspace, &ids, read).await?;
        many(targets.into_iter().map(|target| (target.post_id, target)))
    };
    /// The targets of a post with their accounts. The accounts are read with the level of the targets, whole: the crate
    /// hands a batch's results out one by one, so that a level of their own would ask in dribbles.
    targets_with_accounts_of_post, TargetsWithAccountsBatch: PostId => Vec<(Target, Arc<Account>)>, [source] |db, workspace, ids| {
        let read = async {
            let targets = db.targets().of_posts(workspace, &ids).await?;
            let wanted: BTreeSet<AccountId> = targets.iter().map(|target| target.account_id).collect();
            let wanted: Vec<AccountId> = wanted.into_iter().collect();
            Ok((targets, db.accounts().by_ids(workspace, &wanted).await?))
        };
        let (targets, accounts) = source.kept("targets.with_accounts", workspace, &ids, read).await?;
        let accounts: HashMap<AccountId, Arc<Account>> =
            accounts.into_iter().map(|account| (account.id, Arc::new(account))).collect();
        many(targets.into_iter().filter_map(|target| {
            let account = Arc::clone(accounts.get(&target.account_id)?);
            Some((target.post_id, (target, account)))
        }))
    };
    /// A target.
    target, TargetBatch: TargetId => Option<Target>, |db, workspace, ids| {
        one(db.targets().by_ids(workspace, &ids).await?, |target| target.id)
    };
    /// An account.
    account, AccountBatch: AccountId => Option<Account>, |db, workspace, ids| {
        one(db.accounts().by_ids(workspace, &ids).await?, |account| account.id)
    };
    /// How many posts an account has; `None`: none.
    post_count_of_account, AccountPostsBatch: AccountId => Option<i64>, |db, workspace, ids| {
        let counts = db.targets().counts_of_accounts(workspace, &ids).await?;
        Ok(counts.into_iter().map(|(id, count)| (id, Some(count))).collect())
    };
    /// A medium.
    medium, MediumBatch: MediaId => Option<Media>, |db, workspace, ids| {
        one(db.media().by_ids(workspace, &ids).await?, |medium| medium.id)
    };
    /// The media of a post, in their order.
    media_of_post, MediaOfPostBatch: PostId => Vec<Media>, [source] |db, workspace, ids| {
        let read = async { db.media().of_posts(workspace, &ids).await };
        many(source.kept("media.of_posts", workspace, &ids, read).await?)
    };
    /// The media that a post names by their addresses, in their order.
    media_fetches_of_post, MediaFetchesOfPostBatch: PostId => Vec<MediaFetch>, |db, workspace, ids| {
        many(db.media_fetches().of_posts(workspace, &ids).await?.into_iter().map(|row| (row.post_id, row)))
    };
    /// The media that a target has of its own, in their order.
    media_of_target, MediaOfTargetBatch: TargetId => Vec<Media>, |db, workspace, ids| {
        many(db.media().of_targets(workspace, &ids).await?)
    };
    /// The ledger of a target, oldest step first.
    steps_of_target, StepsOfTargetBatch: TargetId => Vec<Step>, |db, workspace, ids| {
        many(db.ledger().of_targets(workspace, &ids).await?.into_iter().map(|step| (step.target_id, step)))
    };
    /// The saga of an all-or-nothing post.
    saga_of_post, SagaOfPostBatch: PostId => Option<Saga>, |db, workspace, ids| {
        one(db.sagas().of_posts(workspace, &ids).await?, |saga| saga.post_id)
    };
    /// The last numbers of a post's publications.
    metrics_of_post, MetricsOfPostBatch: PostId => Vec<TargetMetrics>, |db, workspace, ids| {
        many(db.metrics().of_posts(workspace, &ids).await?.into_iter().map(|row| (row.post_id, row)))
    };
    /// The numbers of a post's publications over time, oldest first.
    metric_points_of_post, MetricPointsBatch: PostId => Vec<TargetMetricPoint>, |db, workspace, ids| {
        many(db.metrics().points_of_posts(workspace, &ids).await?.into_iter().map(|row| (row.post_id, row)))
    };
    /// The days of an account, oldest first.
    metric_days_of_account, MetricDaysBatch: AccountId => Vec<AccountMetricDay>, |db, workspace, ids| {
        let days = db.metrics().recent_days_of_accounts(workspace, &ids, DAYS).await?;
        many(days.into_iter().map(|row| (row.account_id, row)))
    };
    /// A message of the inbox.
    inbox_message, InboxMessageBatch: InboxMessageId => Option<InboxMessage>, |db, workspace, ids| {
        one(db.inbox().by_ids(workspace, &ids).await?, |message| message.id)
    };
    /// What a message answers.
    parent_of_message, ParentOfMessageBatch: InboxMessageId => Option<InboxMessage>, |db, workspace, ids| {
        let parents = db.inbox().parents_of(workspace, &ids).await?;
        Ok(parents.into_iter().map(|(id, parent)| (id, Some(parent))).collect())
    };
    /// The replies to a message, oldest first.
    replies_of_message, RepliesOfMessageBatch: InboxMessageId => Vec<InboxReply>, |db, workspace, ids| {
        let replies = db.inbox_replies().of_messages(workspace, &ids).await?;
        many(replies.into_iter().map(|reply| (reply.message_id, reply)))
    };
    /// A reply to a message.
    inbox_reply, InboxReplyBatch: InboxReplyId => Option<InboxReply>, |db, workspace, ids| {
        one(db.inbox_replies().by_ids(workspace, &ids).await?, |reply| reply.id)
    };
    /// A person of the workspace.
    user, UserBatch: UserId => Option<User>, |db, workspace, ids| {
        one(db.people().by_ids(workspace, &ids).await?, |user| user.id)
    };
    /// A campaign.
    campaign, CampaignBatch: CampaignId => Option<Campaign>, |db, workspace, ids| {
        one(db.campaigns().by_ids(workspace, &ids).await?, |campaign| campaign.id)
    };
    /// How many posts a campaign has; `None`: none.
    post_count_of_campaign, PostCountBatch: CampaignId => Option<i64>, |db, workspace, ids| {
        let counts = db.campaigns().post_counts(workspace, &ids).await?;
        Ok(counts.into_iter().map(|(id, count)| (id, Some(count))).collect())
    };
    /// The newest posts of a campaign, the newest first.
    newest_posts_of_campaign, NewestPostsBatch: CampaignId => Vec<Post>, |db, workspace, ids| {
        let newest = db.campaigns().newest_posts(workspace, &ids, NEWEST_POSTS).await?;
        many(newest.into_iter().filter_map(|post| Some((post.campaign_id?, post))))
    };
    /// What people did with the posts of a campaign, and when the networks were asked last; `None`: they were not.
    metrics_of_campaign, CampaignMetricsBatch: CampaignId => Option<(PostNumbers, Timestamp)>, |db, workspace, ids| {
        let measured = db.analytics().of_campaigns(workspace, &ids).await?;
        Ok(measured.into_iter().map(|(id, numbers, at)| (id, Some((numbers, at)))).collect())
    };
    /// The held posts of a campaign whose time has passed at a moment, the earliest first.
    overdue_of_campaign, OverdueBatch: (CampaignId, Timestamp) => Vec<Post>, |db, workspace, keys| {
        let campaigns: Vec<CampaignId> = keys.iter().map(|(id, _)| *id).collect();
        // The resolvers of one level ask within moments of each other: the last of them decides.
        let Some(now) = keys.iter().map(|(_, at)| *at).max() else { return Ok(HashMap::new()) };
        let overdue = db.posts().overdue(workspace, &campaigns, now, MOST_OVERDUE).await?;
        let mut of: HashMap<CampaignId, Vec<Post>> = HashMap::new();
        for post in overdue {
            if let Some(campaign) = post.campaign_id {
                of.entry(campaign).or_default().push(post);
            }
        }
        Ok(keys.iter().map(|key| (*key, of.get(&key.0).cloned().unwrap_or_default())).collect())
    };
    /// An export.
    export, ExportBatch: ExportId => Option<Export>, |db, workspace, ids| {
        one(db.exports().by_ids(workspace, &ids).await?, |export| export.id)
    };
    /// An import.
    import, ImportBatch: ImportId => Option<Import>, |db, workspace, ids| {
        one(db.imports().by_ids(workspace, &ids).await?, |import| import.id)
    };
    /// A template of a workspace's own.
    template, TemplateBatch: TemplateId => Option<Template>, |db, workspace, ids| {
        one(db.templates().by_ids(workspace, &ids).await?, |template| template.id)
    };
    /// A workspace that the asker is known to belong to.
    workspace, WorkspaceBatch: WorkspaceId => Option<Workspace>, |db, _workspace, ids| {
        one(db.workspaces().by_ids(&ids).await?, |workspace| workspace.id)
    };
}

fn by_workspace<I: Copy>(keys: &[In<I>]) -> BTreeMap<WorkspaceId, Vec<I>> {
    let mut groups: BTreeMap<WorkspaceId, Vec<I>> = BTreeMap::new();
    for (workspace, id) in keys {
        groups.entry(*workspace).or_default().push(*id);
    }
    groups
}

/// Every key gets an answer: the crate panics on one that is missing.
fn settle<I: Copy + Eq + Hash, V: Clone + Default>(
    loaded: &mut HashMap<In<I>, Loaded<V>>,
    workspace: WorkspaceId,
    ids: &[I],
    outcome: Result<HashMap<I, V>, DbError>,
) {
    match outcome {
        Ok(mut rows) => {
            for id in ids {
                loaded.insert((workspace, *id), Ok(rows.remove(id).unwrap_or_default()));
            }
        }
        Err(error) => {
            let error = Arc::new(error);
            for id in ids {
                loaded.insert((workspace, *id), Err(Arc::clone(&error)));
            }
        }
    }
}

fn one<I: Eq + Hash, V>(rows: Vec<V>, id: impl Fn(&V) -> I) -> Result<HashMap<I, Option<V>>, DbError> {
    Ok(rows.into_iter().map(|row| (id(&row), Some(row))).collect())
}

fn many<I: Eq + Hash, V>(rows: impl IntoIterator<Item = (I, V)>) -> Result<HashMap<I, Vec<V>>, DbError> {
    let mut groups: HashMap<I, Vec<V>> = HashMap::new();
    for (id, row) in rows {
        groups.entry(id).or_default().push(row);
    }
    Ok(groups)
}

fn shared(error: &DbError) -> ServiceError {
    match error {
        DbError::Unavailable(words) => ServiceError::Unavailable(words.clone()),
        other => ServiceError::Internal(anyhow::anyhow!("{other}")),
    }
}
