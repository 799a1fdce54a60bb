//! The numbers of posts and accounts, written as the worker writes them.

use crate::publishing::stage::Stage;
use crate::support::database::Database;
use crate::support::server::Settings;
use diesel::ExpressionMethods as _;
use diesel::QueryDsl as _;
use diesel_async::{AsyncConnection as _, RunQueryDsl as _};
use fanfare_domain::clock::{Clock as _, SystemClock, Timestamp};
use fanfare_domain::id::{AccountId, PostId, TargetId, WorkspaceId};
use fanfare_domain::metrics::{AccountNumbers, PostNumbers};
use fanfare_domain::platform::Platform;
use fanfare_domain::work::Lease;
use fanfare_storage::Db;
use fanfare_storage::command::measured::{DueTarget, Measured, Measurement, Unmeasured, UnmeasuredTarget};
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::time::Duration;

pub const HOUR: Duration = Duration::from_hours(1);
pub const DAY: Duration = Duration::from_hours(24);

/// The tables that a worker writes numbers to.
pub struct Ledger {
    pub db: Db,
    url: String,
    /// Of the visits under which the numbers are written.
    leases: Mutex<HashMap<AccountId, Lease<AccountId>>>,
}

/// A post on one account, ready to be counted.
#[derive(Clone)]
pub struct Counted {
    pub id: String,
    pub post: PostId,
    pub target: TargetId,
    pub of: Measurement,
}

impl Counted {
    /// What a network told of it.
    pub fn measured(&self, numbers: PostNumbers) -> Measured {
        let due = DueTarget {
            target_id: self.target,
            external_id: "1".to_owned(),
            published_at: self.of.now,
            content: "counted".to_owned(),
        };
        Measured { due, numbers: Some(numbers) }
    }
}

fn number(value: &Value) -> i64 {
    value.as_str().unwrap().parse().unwrap()
}

impl Ledger {
    pub async fn open(db: &Database) -> Self {
        Self { db: db.storage().await, url: db.url().to_owned(), leases: Mutex::default() }
    }

    /// A draft on the account, whose numbers are asked for as if it had been published.
    pub async fn counted(&self, stage: &Stage, account: &str, platform: Platform, text: &str) -> Counted {
        let id = stage.create(json!({ "content": text, "accountIds": [account] })).await;
        self.enrol(stage, id, platform).await
    }

    /// A draft, whose numbers are asked for as if it had been published.
    pub async fn enrol(&self, stage: &Stage, id: String, platform: Platform) -> Counted {
        let mut counted = self.due(stage, id, platform).await;
        for visit in self.db.metrics_queue().claim(100, HOUR, SystemClock.now()).await.unwrap() {
            self.leases.lock().insert(visit.account_id, visit.lease);
        }
        counted.of.lease = self.leases.lock()[&counted.of.account_id];
        counted
    }

    /// The same, before anybody visits the network for it.
    pub async fn due(&self, stage: &Stage, id: String, platform: Platform) -> Counted {
        let document = "query($id: ID!) { post(id: $id) { databaseId workspace { databaseId }
            targets { databaseId account { databaseId name } } } }";
        let post = stage.person.graphql.data(document, json!({ "id": id })).await["post"].clone();
        let target = &post["targets"][0];
        let account = AccountId(number(&target["account"]["databaseId"]));
        let of = Measurement {
            lease: Lease { id: account, token: 0, until: SystemClock.now() },
            workspace_id: WorkspaceId(number(&post["workspace"]["databaseId"])),
            account_id: account,
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
        self.db.metrics_queue().enrol(new.clone(), of.now, of.now).await.unwrap();
        Counted { id, post, target, of }
    }

    /// What a network told of the post at a time.
    pub async fn told(&self, post: &Counted, at: Timestamp, numbers: PostNumbers) {
        let of = Measurement { now: at, ..post.of.clone() };
        self.db.metrics().record_posts(of, vec![post.measured(numbers)]).await.unwrap();
    }

    /// The post was published then.
    pub async fn published(&self, post: &Counted, at: Timestamp) {
        use fanfare_storage::schema::post_targets::dsl::{post_targets, published_at};
        let change = diesel::update(post_targets.find(post.target)).set(published_at.eq(Some(at)));
        if let Some(file) = self.url.strip_prefix("sqlite://") {
            let mut conn = fanfare_storage_sqlite::Conn::establish(file).await.unwrap();
            change.execute(&mut conn).await.unwrap();
        } else {
            let mut conn = fanfare_storage_postgres::Conn::establish(&self.url).await.unwrap();
            change.execute(&mut conn).await.unwrap();
        }
    }

    /// How many follow the post's account at a time.
    pub async fn followed(&self, post: &Counted, at: Timestamp, followers: i64) {
        let of = Measurement { now: at, ..post.of.clone() };
        let numbers = AccountNumbers { followers: Some(followers), ..AccountNumbers::default() };
        self.db.metrics().record_account(of.clone(), numbers, at.plus(DAY)).await.unwrap();
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
