//! A workspace that has one of everything, and those who knock at it.

use crate::publishing::stage::Stage;
use crate::support::database::Database;
use crate::support::graphql::{Graphql, UploadFile};
use crate::support::person::Person;
use crate::support::server::Settings;
use crate::support::sql::lines;
use async_graphql::ID;
use fanfare_auth::AccessTokens;
use fanfare_domain::clock::{Clock, SystemClock, Timestamp};
use fanfare_domain::id::{SessionId, UserId, WorkspaceId};
use fanfare_graphql::scalars::{GlobalId as _, split};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// Stands in what the workspace holds; no refusal may show it.
pub const SECRET: &str = "a word that only members know";
const JWT_SECRET: &str = "a secret that the test signs old tokens with";

struct Yesterday;

impl Clock for Yesterday {
    fn now(&self) -> Timestamp {
        SystemClock.now().minus(Duration::from_hours(24))
    }
}

pub struct Scene {
    pub owner: Graphql,
    pub nobody: Graphql,
    pub expired: Graphql,
    pub stranger: Graphql,
    pub viewer: Graphql,
    pub reading_key: Graphql,
    /// Global ids.
    pub workspace: String,
    pub owner_user: String,
    pub member: String,
    pub account: String,
    pub media: String,
    pub post: String,
    pub target: String,
    pub campaign: String,
    pub template: String,
    pub key: String,
    pub invitation: String,
    pub message: String,
    pub reply: String,
    pub export: String,
    pub import: String,
    /// Of a consent that the owner has begun.
    pub state: String,
    /// The number that REST uses.
    pub workspace_row: String,
    _stage: Stage,
}

impl Scene {
    /// Without a worker: nothing changes but by what is asked.
    pub async fn set(db: &Database) -> Self {
        Self::set_with(db, |settings| settings).await
    }

    /// With settings of its own.
    pub async fn set_with(db: &Database, change: impl FnOnce(Settings) -> Settings) -> Self {
        let change = |settings: Settings| change(settings.roles("api").set("JWT_SECRET", JWT_SECRET));
        let stage = Stage::set_with(db, change).await;
        let owner = stage.person.graphql.clone();
        let workspace_row = stage.person.workspace["id"].as_i64().unwrap();
        let workspace = WorkspaceId(workspace_row).global().0;
        let (stranger, viewer) =
            (Person::register(&stage.server).await, Person::register(&stage.server).await);
        viewer.join(&owner, "VIEWER").await;
        let invitation = json!({ "role": "VIEWER" });
        let invitation =
            made(&owner, "createInvitation", "CreateInvitation", "invitation { id }", invitation).await;
        let account = stage.connect("TWITTER", "ann").await;
        let media = stage.upload("sample.jpg", "image/jpeg").await;
        let post = stage.create(json!({ "content": SECRET, "accountIds": [account] })).await;
        let targets = stage.post(&post).await;
        let campaign = json!({ "name": SECRET, "startDate": "2026-01-01", "endDate": "2026-12-31" });
        let campaign = made(&owner, "createCampaign", "CreateCampaign", "campaign { id }", campaign).await;
        let template = json!({ "name": SECRET, "contentTemplate": SECRET });
        let template = made(&owner, "createTemplate", "CreateTemplate", "template { id }", template).await;
        let key = json!({ "name": "reads", "scopes": ["READ"] });
        let key = made(&owner, "createApiKey", "CreateApiKey", "secret apiKey { id }", key).await;
        let export = json!({ "kind": "POSTS" });
        let export = made(&owner, "createExport", "CreateExport", "export { id }", export).await;
        let import = begin_import(&owner).await;
        let start = json!({ "platform": "TWITTER" });
        let start = made(&owner, "startAccountConnection", "StartAccountConnection", "state", start).await;
        let message = format!("inbox_message:{}", add_message(db, workspace_row, row(&account)).await);
        let reply = json!({ "id": global(&message), "text": SECRET });
        let reply = made(&owner, "replyToInboxMessage", "ReplyToInboxMessage", "reply { id }", reply).await;
        let tokens = AccessTokens::new([JWT_SECRET.as_bytes()], Arc::new(Yesterday)).unwrap();
        let old = tokens.issue(UserId(1), SessionId(1), WorkspaceId(workspace_row)).unwrap();
        let member = viewer.user["id"].as_i64().unwrap();
        Self {
            nobody: stage.server.graphql(),
            expired: stage.server.graphql().with_token(&old.text),
            stranger: stranger.graphql,
            viewer: viewer.graphql,
            reading_key: owner.with_token(key["secret"].as_str().unwrap()),
            owner,
            workspace,
            owner_user: UserId(stage.person.user["id"].as_i64().unwrap()).global().0,
            member: UserId(member).global().0,
            target: id(&targets["targets"][0]),
            campaign: id(&campaign["campaign"]),
            template: id(&template["template"]),
            key: id(&key["apiKey"]),
            invitation: id(&invitation["invitation"]),
            message: global(&message),
            reply: id(&reply["reply"]),
            export: id(&export["export"]),
            import,
            state: start["state"].as_str().unwrap().to_owned(),
            workspace_row: workspace_row.to_string(),
            account,
            media,
            post,
            _stage: stage,
        }
    }
}

impl Scene {
    /// What stands in the braces of a route's path: the number of an object of the owner's, or a network.
    pub fn id_in(&self, path: &str) -> String {
        let of = [
            ("/accounts", &self.account),
            ("/analytics", &self.account),
            ("/campaigns", &self.campaign),
            ("/inbox", &self.message),
            ("/media", &self.media),
            ("/templates", &self.template),
            ("", &self.post),
        ];
        let found = of.into_iter().find(|(noun, _)| path.starts_with(noun));
        if path.starts_with("/oauth") {
            "twitter".to_owned()
        } else {
            row(found.expect("the last fits").1).to_string()
        }
    }
}

fn id(object: &Value) -> String {
    object["id"].as_str().unwrap().to_owned()
}

fn row(global: &str) -> i64 {
    split(&ID(global.to_owned())).unwrap().1
}

fn global(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text)
}

async fn made(owner: &Graphql, field: &str, name: &str, select: &str, input: Value) -> Value {
    let document = format!(
        "mutation($input: {name}Input!) {{ {field}(input: $input) {{ {select} userErrors {{ message code path }} }} }}"
    );
    owner.payload(&document, json!({ "input": input })).await
}

/// Sends a file of one post; answers the import's id.
async fn begin_import(owner: &Graphql) -> String {
    let document = "mutation($input: CreateImportInput!) { createImport(input: $input) { import { id } } }";
    let content = format!("content\n{SECRET}\n").into_bytes();
    let file =
        UploadFile { variable: "variables.input.file", name: SECRET, content_type: "text/csv", content };
    let input = json!({ "input": { "file": null, "dryRun": false } });
    id(&owner.upload(document, input, vec![file]).await.data()["createImport"]["import"])
}

/// What a look at a network would have stored; answers its number.
pub async fn add_message(db: &Database, workspace: i64, account: i64) -> String {
    let now = if db.is_postgres() { "now()" } else { "1700000000000000" };
    let statement = format!(
        "insert into inbox_messages (workspace_id, account_id, platform, remote_id, thread_key, kind, status,
         sender_remote_id, sender_name, text, received_at, created_at, updated_at)
         values ({workspace}, {account}, 'twitter', 'r1', 't1', 'comment', 'unread', 's1', 'Bea', '{SECRET}',
         {now}, {now}, {now}) returning cast(id as text) as line"
    );
    lines(db, &statement).await.concat()
}
