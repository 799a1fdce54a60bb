//! The numbers of posts and accounts, written as the worker writes them.

use crate::publishing::stage::Stage;
use crate::support::database::Database;
use crate::support::server::Settings;
use diesel::ExpressionMethods as _;
use diesel::QueryDsl as _;
use diesel_async::RunQueryDsl as _;
use fanfare::db::measured::{DueTarget, Measured, Measurement, Unmeasured, UnmeasuredTarget};
use fanfare::db::{Db, DbOptions, pg, sqlite};
use fanfare::domain::clock::{Clock as _, SystemClock, Timestamp};
use fanfare::domain::id::{AccountId, PostId, TargetId, WorkspaceId};
use fanfare::domain::metrics::{AccountNumbers, PostNumbers};
use fanfare::domain::platform::Platform;
use serde_json::{Value, json};
use std::time::Duration;

pub const HOUR: Duration = Duration::from_hours(1);
pub const DAY: Duration = Duration::from_hours(24);

/// The tables that a worker writes numbers to.
pub struct Ledger(pub Db);

/// Calls a repository function on either database.
macro_rules! on {
    ($ledger:expr, $($call:tt)+) => {
        match &$ledger.0 {
            Db::Pg { pool, .. } => {
                let mut conn = pool.get().await.unwrap();
                on!(@call pg, &mut conn, $($call)+)
            }
            Db::Sqlite { write, .. } => {
                let mut conn = write.get().await.unwrap();
                on!(@call sqlite, &mut conn, $($call)+)
            }
        }
    };
    (@call $db:ident, $conn:expr, $module:ident :: $function:ident ($($arg:expr),*)) => {
        $db::$module::$function($conn, $($arg),*).await.unwrap()
    };
}
pub(super) use on;

/// A post on one account, ready to be counted.
#[derive(Clone)]
pub struct Counted {
    pub id: String,
    pub post: PostId,
    pub target: TargetId,
    pub of: Measurement,
}

fn number(value: &Value) -> i64 {
    value.as_str().unwrap().parse().unwrap()
}

impl Ledger {
    pub async fn open(db: &Database) -> Self {
        let options = DbOptions { url: db.url().to_owned(), pool_size: 2 };
        Self(Db::connect(&options).await.unwrap())
    }

    /// A draft on the account, whose numbers are asked for as if it had been published.
    pub async fn counted(&self, stage: &Stage, account: &str, platform: Platform, text: &str) -> Counted {
        let id = stage.create(json!({ "content": text, "accountIds": [account] })).await;
        self.enrol(stage, id, platform).await
    }

    /// A draft, whose numbers are asked for as if it had been published.
    pub async fn enrol(&self, stage: &Stage, id: String, platform: Platform) -> Counted {
        let document = "query($id: ID!) { post(id: $id) { databaseId workspace { databaseId }
            targets { databaseId account { databaseId name } } } }";
        let post = stage.person.graphql.data(document, json!({ "id": id })).await["post"].clone();
        let target = &post["targets"][0];
        let of = Measurement {
            workspace_id: WorkspaceId(number(&post["workspace"]["databaseId"])),
            account_id: AccountId(number(&target["account"]["databaseId"])),
            account_name: target["account"]["name"].as_str().unwrap().to_owned(),
            platform,
            zone: chrono_tz::UTC,
            base: HOUR,
            now: SystemClock.now(),
        };
        let post = PostId(number(&post["databaseId"]));
        let target = TargetId(number(&target["databaseId"]));
        let new = Unmeasured {
            accounts: vec![(of.account_id, of.workspace_id)],
            targets: vec![UnmeasuredTarget {
                target_id: target,
                workspace_id: of.workspace_id,
                post_id: post,
                account_id: of.account_id,
            }],
        };
        on!(self, metrics_queue::enrol(new.clone(), of.now, of.now));
        Counted { id, post, target, of }
    }

    /// What a network told of the post at a time.
    pub async fn told(&self, post: &Counted, at: Timestamp, numbers: PostNumbers) {
        let due = DueTarget {
            target_id: post.target,
            external_id: "1".to_owned(),
            published_at: post.of.now,
            content: "counted".to_owned(),
        };
        let of = Measurement { now: at, ..post.of.clone() };
        let measured = vec![Measured { due, numbers: Some(numbers) }];
        on!(self, metrics::record_posts(of.clone(), measured.clone()));
    }

    /// The post was published then.
    pub async fn published(&self, post: &Counted, at: Timestamp) {
        use fanfare::db::schema::post_targets::dsl::{post_targets, published_at};
        let change = diesel::update(post_targets.find(post.target)).set(published_at.eq(Some(at)));
        match &self.0 {
            Db::Pg { pool, .. } => change.execute(&mut *pool.get().await.unwrap()).await.unwrap(),
            Db::Sqlite { write, .. } => change.execute(&mut *write.get().await.unwrap()).await.unwrap(),
        };
    }

    /// How many follow the post's account at a time.
    pub async fn followed(&self, post: &Counted, at: Timestamp, followers: i64) {
        let of = Measurement { now: at, ..post.of.clone() };
        let numbers = AccountNumbers { followers: Some(followers), ..AccountNumbers::default() };
        on!(self, metrics::record_account(of.clone(), numbers, at.plus(DAY)));
    }
}

/// What X tells.
pub fn on_x(likes: i64, impressions: i64) -> PostNumbers {
    PostNumbers { likes: Some(likes), impressions: Some(impressions), ..PostNumbers::default() }
}

/// A server without a worker: what is counted here stays as it is.
pub async fn stage(db: &Database) -> (Stage, Ledger) {
    let quiet = |settings: Settings| settings.roles("api").counting_statements();
    (Stage::set_with(db, quiet).await, Ledger::open(db).await)
}
