//! What a test of leases plays on: a server that answers and does no background work, and its tables, on which the test
//! does that work as a worker would.

use crate::inbox::scene::{messages, reply};
use crate::publishing::stage::Stage;
use crate::support::database::Database;
use crate::support::graphql::UploadFile;
use crate::support::server::Settings;
use crate::support::sql;
use fanfare_domain::clock::{Clock as _, SystemClock, Timestamp};
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::inbox::InboxMessageType;
use fanfare_domain::platform::Platform;
use fanfare_storage::command::claim::ClaimRequest;
use fanfare_storage::command::resting::Resting;
use fanfare_storage::rows::FoundMessage;
use fanfare_storage::rows::{Account, NewInboxMark, NewUnownedFile};
use fanfare_storage::work::inbox::{Found, LookRequest, ReplyRequest};
use fanfare_storage::{Db, DbError};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// How long a claim holds.
pub const LEASE: Duration = Duration::from_secs(30);
pub const HOUR: Duration = Duration::from_hours(1);

const CREATE_EXPORT: &str = "mutation($input: CreateExportInput!) { createExport(input: $input) {
    export { id } userErrors { message code path } } }";
const CREATE_IMPORT: &str = "mutation($input: CreateImportInput!) { createImport(input: $input) {
    import { id } userErrors { message code path } } }";

pub struct Scene<'a> {
    database: &'a Database,
    pub stage: Stage,
    /// The tables, as a worker has them.
    pub db: Db,
    pub workspace: WorkspaceId,
}

impl<'a> Scene<'a> {
    pub async fn set(database: &'a Database) -> Self {
        // What is written past the server is read at once.
        let quiet = |settings: Settings| settings.roles("api").without_read_cache();
        let stage = Stage::set_with(database, quiet).await;
        let workspace = WorkspaceId(stage.person.workspace["id"].as_i64().unwrap());
        Self { database, stage, db: database.storage().await, workspace }
    }

    /// Connects an account of X; answers its id in the API, and its row.
    pub async fn account(&self, name: &str) -> (String, Account) {
        let id = self.stage.connect("TWITTER", name).await;
        let active = self.db.accounts().active_on(self.workspace, &[Platform::Twitter]).await.unwrap();
        let connected = active.iter().find(|account| account.name == name).expect("it was connected");
        let mut rows = self.db.accounts().by_ids(self.workspace, &[connected.id]).await.unwrap();
        (id, rows.remove(0))
    }

    /// Registers a file that is deleted in `time` unless it gets a media row.
    pub async fn register_file(&self, storage_key: &str, time: Duration) {
        let new = NewUnownedFile {
            storage_key: storage_key.to_owned(),
            workspace_id: self.workspace,
            size_bytes: 3,
            delete_at: now().plus(time),
        };
        self.db.unowned_files().register(new, None, now()).await.unwrap();
    }

    /// An account whose inbox is due; answers its id in the API.
    pub async fn watched(&self) -> String {
        let (id, account) = self.account("ann").await;
        let mark = NewInboxMark {
            account_id: account.id,
            workspace_id: self.workspace,
            look_at: now(),
            failures: 0,
            lease_token: 0,
        };
        self.db.inbox_looks().enrol(vec![mark]).await.unwrap();
        id
    }

    /// A reply that is due, to the message `a question`; answers the account's id in the API.
    pub async fn replied(&self) -> String {
        let account = self.watched().await;
        let looks = self.db.inbox_looks();
        let look = looks.claim(look_request(now())).await.unwrap().claimed.remove(0);
        looks.receive(look.lease, look.account, found("a question", now().plus(HOUR)), now()).await.unwrap();
        let question = messages(&self.stage, json!({ "query": "a question" })).await.remove(0);
        reply(&self.stage, &question, "an answer").await;
        account
    }

    /// A post that is due on an account.
    pub async fn due_post(&self, account: &str) {
        let input = json!({ "content": "due", "accountIds": [account], "publishNow": true });
        self.stage.create(input).await;
    }

    /// A post with a medium that is to be fetched; answers the post's id.
    pub async fn with_a_fetch(&self) -> String {
        let account = self.stage.connect("TWITTER", "ann").await;
        let picture = self.stage.simulator.url().join("simulator/sample.jpg").unwrap();
        let input = json!({ "content": "by its address", "accountIds": [account], "mediaUrls": [picture.as_str()],
            "publishNow": true });
        self.stage.create(input).await
    }

    /// Asks for an export of posts; answers its id.
    pub async fn export(&self) -> Value {
        let input = json!({ "input": { "kind": "POSTS" } });
        self.stage.person.graphql.payload(CREATE_EXPORT, input).await["export"]["id"].clone()
    }

    /// Asks for an import of one draft; answers its id.
    pub async fn import(&self) -> Value {
        let file = UploadFile {
            variable: "variables.input.file",
            name: "posts.csv",
            content_type: "text/csv",
            content: b"content\na draft\n".to_vec(),
        };
        let variables = json!({ "input": { "file": null, "dryRun": false } });
        let answer = self.stage.person.graphql.upload(CREATE_IMPORT, variables, vec![file]).await;
        let payload = &answer.data()["createImport"];
        assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
        payload["import"]["id"].clone()
    }

    /// Sets a time of every row of a table.
    pub async fn set_time(&self, table: &str, column: &str, at: Timestamp) {
        let value = if self.database.is_postgres() { format!("'{at}'") } else { at.micros().to_string() };
        sql::execute(self.database, &format!("update {table} set {column} = {value}")).await;
    }

    /// Everything that stands in some tables.
    pub async fn rows(&self, tables: &[&str]) -> Vec<Vec<String>> {
        let mut found = Vec::with_capacity(tables.len());
        for table in tables {
            let mut rows = sql::rows(self.database, table).await;
            rows.sort_unstable();
            found.push(rows);
        }
        found
    }
}

pub fn now() -> Timestamp {
    SystemClock.now()
}

/// What a look at an inbox has found: one direct message.
pub fn found(text: &str, next_at: Timestamp) -> Found {
    let message = FoundMessage {
        remote_id: text.to_owned(),
        thread_key: "mia".to_owned(),
        kind: InboxMessageType::Dm,
        sender_remote_id: "mia".to_owned(),
        sender_name: "Mia Torres".to_owned(),
        sender_handle: None,
        text: text.to_owned(),
        url: None,
        parent_remote_id: None,
        post_external_id: None,
        received_at: now(),
    };
    Found { messages: vec![message], mark: json!({}), next_at, answer: None }
}

pub fn look_request(clock: Timestamp) -> LookRequest {
    LookRequest { now: clock, limit: 10, lease: LEASE, resting: Resting::default(), budgets: BTreeMap::new() }
}

pub fn reply_request(clock: Timestamp) -> ReplyRequest {
    ReplyRequest {
        now: clock,
        limit: 10,
        lease: LEASE,
        resting: Resting::default(),
        budgets: BTreeMap::new(),
    }
}

pub fn job_request(clock: Timestamp) -> ClaimRequest {
    ClaimRequest {
        now: clock,
        limit: 10,
        lease: LEASE,
        resting: Resting::default(),
        budgets: BTreeMap::new(),
        give_up_after: Duration::from_hours(24),
    }
}

/// Claims the same piece twice: under a lease that is taken over, then under the one that is held.
pub async fn taken_over<C>(
    mut claim: impl AsyncFnMut() -> Option<C>,
    retake: impl Future<Output = Result<usize, DbError>>,
) -> (C, C) {
    let late = claim().await.expect("it is due");
    assert!(claim().await.is_none(), "one node at a time");
    assert_eq!(retake.await.unwrap(), 1);
    let held = claim().await.expect("it is due again");
    (late, held)
}

/// Every write was refused, because its lease is no longer held.
#[track_caller]
pub fn assert_fenced(writes: &[Result<(), DbError>]) {
    assert!(writes.iter().all(|it| matches!(it, Err(DbError::Fenced))), "{writes:?}");
}
