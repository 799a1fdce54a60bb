//! One loader a key, made for each request. Keys carry their workspace: a loader answers nothing of another.

use super::errors::top_level;
use dataloader::BatchFn;
use dataloader::non_cached::Loader;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::Seq;
use fanfare_domain::id::{
    AccountId, ApiKeyId, CampaignId, ExportId, ImportId, ImportProblemId, InboxMessageId, InboxReplyId,
    InvitationId, MediaId, PostId, TargetId, TemplateId, UserId, WorkspaceId,
};
use fanfare_domain::metrics::PostNumbers;
use fanfare_services::account::Account;
use fanfare_services::api_key::ApiKey;
use fanfare_services::audit::AuditRow;
use fanfare_services::campaign::Campaign;
use fanfare_services::export::Export;
use fanfare_services::import::{Import, ImportProblem};
use fanfare_services::inbox::{InboxMessage, InboxReply};
use fanfare_services::invitation::Invitation;
use fanfare_services::media::{Media, MediaFetch};
use fanfare_services::metrics::{AccountMetricDay, TargetMetricPoint, TargetMetrics};
use fanfare_services::person::User;
use fanfare_services::post::Post;
use fanfare_services::publication::{Saga, Step, Target};
use fanfare_services::template::OwnTemplate;
use fanfare_services::workspace::{Member, Workspace};
use fanfare_services::{Freshness, ServiceError, ServiceResult, Services, Window};
use futures_util::future::BoxFuture;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::sync::{Arc, OnceLock};

/// A loaded value; a failed query reaches every key of its batch.
type Loaded<V> = Result<V, Arc<ServiceError>>;

/// Requests gathered into one statement; more than a document within its price can make.
const LARGEST_BATCH: usize = 10_000;

/// Key: a row of a workspace.
type In<I> = (WorkspaceId, I);

/// Where the rows come from, as new as the request wants them.
#[derive(Clone)]
struct Source {
    services: Arc<Services>,
    fresh: Freshness,
}

macro_rules! loaders {
    ($($(#[$meta:meta])* $field:ident, $batch:ident: $id:ty => $value:ty, |$source:ident, $workspace:ident, $ids:ident| $query:expr;)+) => {
        $(
            struct $batch(Source);

            impl BatchFn<In<$id>, Loaded<$value>> for $batch {
                async fn load(&mut self, keys: &[In<$id>]) -> HashMap<In<$id>, Loaded<$value>> {
                    let $source = &self.0;
                    let mut loaded = HashMap::with_capacity(keys.len());
                    for ($workspace, $ids) in by_workspace(keys) {
                        // Boxed: a resolver that waits holds no room for the statement.
                        let outcome: ServiceResult<HashMap<$id, $value>> = Box::pin(async { $query }).await;
                        settle(&mut loaded, $workspace, &$ids, outcome);
                    }
                    loaded
                }
            }
        )+

        /// The loaders of one request. Cheap to clone: clones share their batches.
        #[derive(Clone)]
        pub struct Loaders(Arc<Made>);

        /// Made when first asked, each in room of its own: a subscription that is content with its events' payload holds
        /// none.
        struct Made {
            source: Source,
            $($field: OnceLock<Box<Loader<In<$id>, Loaded<$value>, $batch>>>,)+
        }

        impl Loaders {
            pub fn new(services: &Arc<Services>, fresh: Freshness) -> Self {
                let source = Source { services: Arc::clone(services), fresh };
                Self(Arc::new(Made { source, $($field: OnceLock::new(),)+ }))
            }

            $(
                $(#[$meta])*
                pub fn $field(
                    &self,
                    workspace: WorkspaceId,
                    id: $id,
                ) -> BoxFuture<'_, async_graphql::Result<$value>> {
                    let loader = self.0.$field.get_or_init(|| {
                        // With two yields, resolvers of one level are gathered: measured 3 statements where none
                        // gives 84.
                        let loader = Loader::new($batch(self.0.source.clone()));
                        Box::new(loader.with_yield_count(2).with_max_batch_size(LARGEST_BATCH))
                    });
                    // In a box of its own: the future of an object's fields is as large as that of its largest field,
                    // for the plain ones too, and is moved about.
                    Box::pin(async move {
                        // Tokio's budget would send a part of a large level away before all of it has asked.
                        let loaded = tokio::task::unconstrained(loader.load((workspace, id))).await;
                        loaded.map_err(|error| top_level(shared(&error)))
                    })
                }
            )+
        }
    };
}

loaders! {
    /// A post; `None` if it is not in the workspace.
    post, PostBatch: PostId => Option<Arc<Post>>, |source, workspace, ids| {
        one(source.services.posts().by_ids(workspace, &ids).await?, |post| post.id)
    };
    /// The targets of a post, in their order.
    targets_of_post, TargetsOfPostBatch: PostId => Vec<Arc<Target>>, |source, workspace, ids| {
        let targets = source.services.publications().of_posts(workspace, &ids, source.fresh).await?;
        many(targets.into_iter().map(|target| (target.post_id, target)))
    };
    /// The targets of a post with their accounts. The accounts are read with the level of the targets, whole: the crate
    /// hands a batch's results out one by one, so that a level of their own would ask in dribbles.
    targets_with_accounts_of_post, TargetsWithAccountsBatch: PostId => Vec<(Arc<Target>, Arc<Account>)>, |source, workspace, ids| {
        let publications = source.services.publications();
        let (targets, accounts) = publications.with_accounts_of_posts(workspace, &ids, source.fresh).await?;
        let accounts: HashMap<AccountId, Arc<Account>> =
            accounts.into_iter().map(|account| (account.id, account)).collect();
        many(targets.into_iter().filter_map(|target| {
            let account = Arc::clone(accounts.get(&target.account_id)?);
            Some((target.post_id, (target, account)))
        }))
    };
    /// A target.
    target, TargetBatch: TargetId => Option<Arc<Target>>, |source, workspace, ids| {
        one(source.services.publications().by_ids(workspace, &ids).await?, |target| target.id)
    };
    /// An account.
    account, AccountBatch: AccountId => Option<Arc<Account>>, |source, workspace, ids| {
        one(source.services.accounts().by_ids(workspace, &ids).await?, |account| account.id)
    };
    /// How many posts an account has; `None`: none.
    post_count_of_account, AccountPostsBatch: AccountId => Option<i64>, |source, workspace, ids| {
        let counts = source.services.accounts().post_counts(workspace, &ids).await?;
        Ok(counts.into_iter().map(|(id, count)| (id, Some(count))).collect())
    };
    /// A medium.
    medium, MediumBatch: MediaId => Option<Arc<Media>>, |source, workspace, ids| {
        one(source.services.media().by_ids(workspace, &ids).await?, |medium| medium.id)
    };
    /// The media of a post, in their order.
    media_of_post, MediaOfPostBatch: PostId => Vec<Arc<Media>>, |source, workspace, ids| {
        many(source.services.media().of_posts(workspace, &ids, source.fresh).await?)
    };
    /// The media that a post names by their addresses, in their order.
    media_fetches_of_post, MediaFetchesOfPostBatch: PostId => Vec<Arc<MediaFetch>>, |source, workspace, ids| {
        let fetches = source.services.media_fetches().of_posts(workspace, &ids).await?;
        many(fetches.into_iter().map(|row| (row.post_id, row)))
    };
    /// The media that a target has of its own, in their order.
    media_of_target, MediaOfTargetBatch: TargetId => Vec<Arc<Media>>, |source, workspace, ids| {
        many(source.services.media().of_targets(workspace, &ids).await?)
    };
    /// The ledger of a target, oldest step first.
    steps_of_target, StepsOfTargetBatch: TargetId => Vec<Arc<Step>>, |source, workspace, ids| {
        let steps = source.services.publications().steps_of_targets(workspace, &ids).await?;
        many(steps.into_iter().map(|step| (step.target_id, step)))
    };
    /// The saga of an all-or-nothing post.
    saga_of_post, SagaOfPostBatch: PostId => Option<Arc<Saga>>, |source, workspace, ids| {
        one(source.services.publications().sagas_of_posts(workspace, &ids).await?, |saga| saga.post_id)
    };
    /// The last numbers of a post's publications.
    metrics_of_post, MetricsOfPostBatch: PostId => Vec<TargetMetrics>, |source, workspace, ids| {
        let rows = source.services.metrics().of_posts(workspace, &ids).await?;
        many(rows.into_iter().map(|row| (row.post_id, row)))
    };
    /// The numbers of a post's publications over time, oldest first.
    metric_points_of_post, MetricPointsBatch: PostId => Vec<TargetMetricPoint>, |source, workspace, ids| {
        let points = source.services.metrics().points_of_posts(workspace, &ids).await?;
        many(points.into_iter().map(|row| (row.post_id, row)))
    };
    /// The days of an account, oldest first.
    metric_days_of_account, MetricDaysBatch: AccountId => Vec<AccountMetricDay>, |source, workspace, ids| {
        let days = source.services.metrics().days_of_accounts(workspace, &ids).await?;
        many(days.into_iter().map(|row| (row.account_id, row)))
    };
    /// A message of the inbox.
    inbox_message, InboxMessageBatch: InboxMessageId => Option<Arc<InboxMessage>>, |source, workspace, ids| {
        one(source.services.inbox().by_ids(workspace, &ids).await?, |message| message.id)
    };
    /// What a message answers.
    parent_of_message, ParentOfMessageBatch: InboxMessageId => Option<Arc<InboxMessage>>, |source, workspace, ids| {
        let parents = source.services.inbox().parents_of(workspace, &ids).await?;
        Ok(parents.into_iter().map(|(id, parent)| (id, Some(Arc::new(parent)))).collect())
    };
    /// The replies to a message, oldest first.
    replies_of_message, RepliesOfMessageBatch: InboxMessageId => Vec<Arc<InboxReply>>, |source, workspace, ids| {
        let replies = source.services.inbox().replies_to(workspace, &ids).await?;
        many(replies.into_iter().map(|reply| (reply.message_id, reply)))
    };
    /// A reply to a message.
    inbox_reply, InboxReplyBatch: InboxReplyId => Option<Arc<InboxReply>>, |source, workspace, ids| {
        one(source.services.inbox().replies(workspace, &ids).await?, |reply| reply.id)
    };
    /// A person of the workspace.
    user, UserBatch: UserId => Option<Arc<User>>, |source, workspace, ids| {
        one(source.services.people().by_ids(workspace, &ids).await?, |user| user.id)
    };
    /// A member of the workspace; `None`: the user is none.
    member, MemberBatch: UserId => Option<Arc<Member>>, |source, workspace, ids| {
        one(source.services.workspaces().members_by_ids(workspace, &ids).await?, |row| row.membership.user_id)
    };
    /// An API key, whoever may see it.
    api_key, ApiKeyBatch: ApiKeyId => Option<Arc<ApiKey>>, |source, workspace, ids| {
        one(source.services.api_keys().by_ids(workspace, &ids).await?, |key| key.id)
    };
    /// An invitation, whoever may see it.
    invitation, InvitationBatch: InvitationId => Option<Arc<Invitation>>, |source, workspace, ids| {
        one(source.services.invitations().by_ids(workspace, &ids).await?, |invitation| invitation.id)
    };
    /// An entry of the log with its user, whoever may see it.
    audit_entry, AuditEntryBatch: Seq => Option<Arc<(AuditRow, Option<User>)>>, |source, workspace, ids| {
        one(source.services.audit().by_seqs(workspace, &ids).await?, |(row, _)| row.event.seq)
    };
    /// A campaign.
    campaign, CampaignBatch: CampaignId => Option<Arc<Campaign>>, |source, workspace, ids| {
        one(source.services.campaigns().by_ids(workspace, &ids).await?, |campaign| campaign.id)
    };
    /// How many posts a campaign has; `None`: none.
    post_count_of_campaign, PostCountBatch: CampaignId => Option<i64>, |source, workspace, ids| {
        let counts = source.services.campaigns().post_counts(workspace, &ids).await?;
        Ok(counts.into_iter().map(|(id, count)| (id, Some(count))).collect())
    };
    /// A window of the posts of a campaign, the newest first; against that order where it goes backward.
    posts_of_campaign, PostsOfCampaignBatch: (CampaignId, Window) => Vec<Arc<Post>>, |source, workspace, keys| {
        let mut found: HashMap<(CampaignId, Window), Vec<Arc<Post>>> = HashMap::new();
        for (window, ids) in by_window(&keys) {
            for (id, post) in source.services.posts().of_campaigns(workspace, &ids, &window).await? {
                found.entry((id, window)).or_default().push(Arc::new(post));
            }
        }
        Ok(found)
    };
    /// The same of an account.
    posts_of_account, PostsOfAccountBatch: (AccountId, Window) => Vec<Arc<Post>>, |source, workspace, keys| {
        let mut found: HashMap<(AccountId, Window), Vec<Arc<Post>>> = HashMap::new();
        for (window, ids) in by_window(&keys) {
            for (id, post) in source.services.posts().of_accounts(workspace, &ids, &window).await? {
                found.entry((id, window)).or_default().push(Arc::new(post));
            }
        }
        Ok(found)
    };
    /// The newest posts of a campaign, the newest first.
    newest_posts_of_campaign, NewestPostsBatch: CampaignId => Vec<Arc<Post>>, |source, workspace, ids| {
        let newest = source.services.campaigns().newest_posts(workspace, &ids).await?;
        many(newest.into_iter().filter_map(|post| Some((post.campaign_id?, post))))
    };
    /// What people did with the posts of a campaign, and when the networks were asked last; `None`: they were not.
    metrics_of_campaign, CampaignMetricsBatch: CampaignId => Option<(PostNumbers, Timestamp)>, |source, workspace, ids| {
        let measured = source.services.campaigns().metrics(workspace, &ids).await?;
        Ok(measured.into_iter().map(|(id, numbers, at)| (id, Some((numbers, at)))).collect())
    };
    /// The held posts of a campaign whose time has passed at a moment, the earliest first.
    overdue_of_campaign, OverdueBatch: (CampaignId, Timestamp) => Vec<Arc<Post>>, |source, workspace, keys| {
        let campaigns: Vec<CampaignId> = keys.iter().map(|(id, _)| *id).collect();
        // The resolvers of one level ask within moments of each other: the last of them decides.
        let Some(now) = keys.iter().map(|(_, at)| *at).max() else { return Ok(HashMap::new()) };
        let overdue = source.services.posts().overdue(workspace, &campaigns, now).await?;
        let mut of: HashMap<CampaignId, Vec<Arc<Post>>> = HashMap::new();
        for post in overdue {
            if let Some(campaign) = post.campaign_id {
                of.entry(campaign).or_default().push(Arc::new(post));
            }
        }
        Ok(keys.iter().map(|key| (*key, of.get(&key.0).cloned().unwrap_or_default())).collect())
    };
    /// An export.
    export, ExportBatch: ExportId => Option<Arc<Export>>, |source, workspace, ids| {
        one(source.services.exports().by_ids(workspace, &ids).await?, |export| export.id)
    };
    /// An import.
    import, ImportBatch: ImportId => Option<Arc<Import>>, |source, workspace, ids| {
        one(source.services.imports().by_ids(workspace, &ids).await?, |import| import.id)
    };
    /// What is wrong with a line of an import.
    import_problem, ImportProblemBatch: ImportProblemId => Option<Arc<ImportProblem>>, |source, workspace, ids| {
        one(source.services.imports().problems_by_ids(workspace, &ids).await?, |problem| problem.id)
    };
    /// A template of a workspace's own.
    template, TemplateBatch: TemplateId => Option<OwnTemplate>, |source, workspace, ids| {
        one(source.services.templates().by_ids(workspace, &ids).await?, |template| template.id)
    };
    /// A workspace that the asker is known to belong to.
    workspace, WorkspaceBatch: WorkspaceId => Option<Arc<Workspace>>, |source, _workspace, ids| {
        one(source.services.workspaces().by_ids(&ids).await?, |workspace| workspace.id)
    };
}

fn by_workspace<I: Copy>(keys: &[In<I>]) -> BTreeMap<WorkspaceId, Vec<I>> {
    let mut groups: BTreeMap<WorkspaceId, Vec<I>> = BTreeMap::new();
    for (workspace, id) in keys {
        groups.entry(*workspace).or_default().push(*id);
    }
    groups
}

/// A document asks for the same window of all lists of a level.
fn by_window<I: Copy>(keys: &[(I, Window)]) -> HashMap<Window, Vec<I>> {
    let mut groups: HashMap<Window, Vec<I>> = HashMap::new();
    for (id, window) in keys {
        groups.entry(*window).or_default().push(*id);
    }
    groups
}

/// Every key gets an answer: the crate panics on one that is missing.
fn settle<I: Copy + Eq + Hash, V: Clone + Default>(
    loaded: &mut HashMap<In<I>, Loaded<V>>,
    workspace: WorkspaceId,
    ids: &[I],
    outcome: ServiceResult<HashMap<I, V>>,
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

/// A row for each key, as the loader hands it out: `V` is the row, or an `Arc` of it.
fn one<I: Eq + Hash, R, V: From<R>>(
    rows: Vec<R>,
    id: impl Fn(&R) -> I,
) -> ServiceResult<HashMap<I, Option<V>>> {
    Ok(rows.into_iter().map(|row| (id(&row), Some(V::from(row)))).collect())
}

/// The same for several rows of a key, in their order.
fn many<I: Eq + Hash, R, V: From<R>>(
    rows: impl IntoIterator<Item = (I, R)>,
) -> ServiceResult<HashMap<I, Vec<V>>> {
    let mut groups: HashMap<I, Vec<V>> = HashMap::new();
    for (id, row) in rows {
        groups.entry(id).or_default().push(V::from(row));
    }
    Ok(groups)
}

/// The error is shared by every key of a batch.
fn shared(error: &ServiceError) -> ServiceError {
    match error {
        ServiceError::Unavailable(words) => ServiceError::Unavailable(words.clone()),
        other => ServiceError::Internal(anyhow::anyhow!("{other}")),
    }
}
