//! What happens in a workspace over time, step by step; after each step all questions are asked.

use super::twins::{Twins, Values};
use crate::publishing::stage::{LIMIT, Stage};
use crate::support::database::Database;
use crate::support::graphql::UploadFile;
use crate::support::person::Person;
use crate::support::server::{Server, Settings};
use crate::support::sql::execute;
use crate::support::waiting::eventually;
use fanfare_domain::clock::{Clock as _, SystemClock};
use serde_json::{Value, json};
use std::time::Duration;

/// Stands in what the workspace holds.
pub const SECRET: &str = "a word that only members know";

/// At every so many steps the viewer asks too.
const VIEWER_ASKS: usize = 4;

pub struct Scenario<'a> {
    db: &'a Database,
    pub stage: Stage,
    pub viewer: Person,
    pub twins: Twins,
    pub values: Values,
    steps: usize,
}

/// What the questions need: they are long and deep. A worker looks at inboxes as soon as it is there.
fn wide(settings: Settings) -> Settings {
    settings
        .set("FANFARE_GRAPHQL_COMPLEXITY", "1000000")
        .set("FANFARE_GRAPHQL_ALIASES", "1000")
        .set("FANFARE_GRAPHQL_DEPTH", "100")
        .set("FANFARE_INBOX_POLL_SECONDS", "1")
}

impl<'a> Scenario<'a> {
    /// An owner and a viewer at a node that keeps answers and publishes nothing.
    pub async fn begin(db: &'a Database) -> Self {
        let stage = Stage::set_with(db, |settings| wide(settings).roles("api")).await;
        let viewer = Person::register(&stage.server).await;
        viewer.join(&stage.person.graphql, "VIEWER").await;
        let plain = if db.is_postgres() {
            let settings = wide(Server::on(db)).simulator(&stage.simulator).roles("api");
            Some(settings.without_read_cache().start().await)
        } else {
            None
        };
        let mut values = Values::of_today();
        let mine = "{ viewer { user { id } workspace { id } } }";
        let mine = stage.person.graphql.data(mine, json!({})).await["viewer"].clone();
        values.ids.set("user", &mine["user"]["id"]);
        values.ids.set("workspace", &mine["workspace"]["id"]);
        Self { db, stage, viewer, twins: Twins::new(plain), values, steps: 0 }
    }

    /// From now on something publishes: a node of its own, or the only one where the database takes no second.
    async fn begin_work(&mut self) -> Option<Server> {
        if self.db.is_postgres() {
            let settings = wide(Server::on(self.db)).simulator(&self.stage.simulator).roles("worker");
            return Some(settings.set("FANFARE_LEASE_SECONDS", "2").start().await);
        }
        self.stage.server.restart_with("FANFARE_ROLES", "api,worker").await;
        None
    }

    /// Nothing publishes any more, and everybody knows what was done.
    async fn end_work(&mut self, worker: Option<Server>, done: &str) {
        if let Some(mut worker) = worker {
            worker.process().terminate().await;
        } else {
            self.stage.server.process().terminate().await;
            self.stage.server.restart_with("FANFARE_ROLES", "api").await;
        }
        self.settle(done).await;
    }

    /// Runs a mutation of the owner's; answers its payload.
    async fn run(&self, mutation: &str, select: &str, input: Value) -> Value {
        let name = format!("{}{}", mutation[..1].to_uppercase(), &mutation[1..]);
        let document = format!(
            "mutation($input: {name}Input!) {{ {mutation}(input: $input) {{
                {select} userErrors {{ message code path }} }} }}"
        );
        self.stage.person.graphql.payload(&document, json!({ "input": input })).await
    }

    /// Asks all questions after something was done here.
    async fn look(&mut self, after: &str) {
        self.steps += 1;
        self.twins.compare(after, "the owner", &self.stage.person.graphql, &self.values).await;
        if self.steps.is_multiple_of(VIEWER_ASKS) {
            self.twins.compare(after, "a viewer", &self.viewer.graphql, &self.values).await;
        }
    }

    /// Asks all questions after something was done elsewhere, or about who may see what.
    pub async fn settle(&self, after: &str) {
        self.twins.settle(after, "the owner", &self.stage.person.graphql, &self.values).await;
        self.twins.settle(after, "a viewer", &self.viewer.graphql, &self.values).await;
    }

    async fn step(&mut self, mutation: &str, select: &str, input: Value) -> Value {
        let payload = self.run(mutation, select, input).await;
        self.look(mutation).await;
        payload
    }

    /// A step that makes something; later questions are about it.
    async fn make(&mut self, mutation: &str, noun: &'static str, input: Value) -> Value {
        let made = self.run(mutation, &format!("{noun} {{ id }}"), input).await[noun]["id"].clone();
        self.values.ids.set(noun, &made);
        self.look(mutation).await;
        made
    }

    async fn post(&mut self, input: Value) -> Value {
        let post = self.make("createPost", "post", input).await;
        let target = self.stage.post(post.as_str().unwrap()).await["targets"][0]["id"].clone();
        self.values.ids.set("target", &target);
        post
    }

    async fn connect(&mut self) -> Value {
        let account = json!(self.stage.connect("TWITTER", "ann").await);
        self.values.ids.set("account", &account);
        self.look("connecting an account").await;
        account
    }

    async fn upload(&mut self) -> Value {
        let media = json!(self.stage.upload("sample.jpg", "image/jpeg").await);
        self.values.ids.set("media", &media);
        self.look("an upload").await;
        media
    }

    async fn import(&mut self) -> Value {
        let document = "mutation($input: CreateImportInput!) { createImport(input: $input) {
            import { id } userErrors { message code path } } }";
        let content = b"content\nan imported post\n".to_vec();
        let file = UploadFile {
            variable: "variables.input.file",
            name: "posts.csv",
            content_type: "text/csv",
            content,
        };
        let input = json!({ "input": { "file": null, "dryRun": false } });
        let answer = self.stage.person.graphql.upload(document, input, vec![file]).await;
        let import = answer.data()["createImport"]["import"]["id"].clone();
        self.values.ids.set("import", &import);
        self.look("createImport").await;
        import
    }

    /// Everything is made, nothing is published.
    pub async fn prepare(&mut self) {
        let account = self.connect().await;
        let media = self.upload().await;
        let dates = json!({ "name": SECRET, "startDate": "2026-01-01", "endDate": "2099-12-31" });
        let campaign = self.make("createCampaign", "campaign", dates).await;
        self.step("createWorkspace", "", json!({ "name": "Another" })).await;
        let template = json!({ "name": SECRET, "contentTemplate": "Hello {who}" });
        let template = self.make("createTemplate", "template", template).await;
        let draft = json!({ "content": SECRET, "accountIds": [account], "campaignId": campaign,
            "mediaIds": [media], "hashtags": ["tag"] });
        let draft = self.post(draft).await;
        let at = SystemClock.now().plus(Duration::from_hours(48)).to_string();
        self.step("schedulePost", "", json!({ "id": draft, "scheduledAt": at })).await;
        self.step("updatePost", "", json!({ "id": draft, "content": format!("{SECRET}, changed") })).await;
        self.step("updateCampaign", "", json!({ "id": campaign, "status": "PAUSED" })).await;
        self.step("updateCampaign", "", json!({ "id": campaign, "status": "ACTIVE" })).await;
        self.step("cancelPost", "", json!({ "id": draft })).await;
        let told = json!({ "mediaId": media, "altText": "a description", "fileName": "renamed.jpg" });
        self.step("updateMedia", "", told).await;
        let target = self.stage.post(draft.as_str().unwrap()).await["targets"][0]["id"].clone();
        self.values.ids.set("target", &target);
        self.step("publishPostTarget", "", json!({ "targetId": target })).await;
        self.step("cancelPostTarget", "", json!({ "targetId": target })).await;
        self.step("updateTemplate", "", json!({ "id": template, "name": "Renamed" })).await;
        self.step("updateSettings", "", json!({ "bannedKeywords": ["forbidden"] })).await;
        let invitation = self.step("createInvitation", "token", json!({ "role": "VIEWER" })).await;
        invitation["token"].as_str().unwrap().clone_into(&mut self.values.token);
        self.step("createApiKey", "", json!({ "name": "reads", "scopes": ["READ"] })).await;
        self.make("createExport", "export", json!({ "kind": "POSTS" })).await;
        self.import().await;
        let together = json!({ "content": "all or nothing", "accountIds": [account], "campaignId": campaign,
            "mediaIds": [media], "publishMode": "ALL_OR_NOTHING", "publishNow": true });
        self.post(together).await;
    }

    /// A worker publishes, exports, imports and looks at the inbox.
    pub async fn work(&mut self) {
        let worker = self.begin_work().await;
        let id = self.values.ids.get("post");
        let whole =
            |post: &Value| post["status"] == "PUBLISHED" && post["targets"][0]["externalId"].is_string();
        let post = self.stage.post_when(&id, "PUBLISHED, with its target", whole).await;
        let external = post["targets"][0]["externalId"].clone();
        let comment = json!({ "platform": "twitter", "account": "ann", "type": "comment", "text": "well said", "post": external });
        self.stage.simulator.say(&comment).await;
        let document = "query($export: ID!, $import: ID!) { export(id: $export) { status } import(id: $import) { status }
            inboxMessages { nodes { id post { id } } } }";
        let ids = json!({ "export": self.values.ids.get("export"), "import": self.values.ids.get("import") });
        let message = eventually(LIMIT, "an export, an import and a message", async || {
            let found = self.stage.person.graphql.data(document, ids.clone()).await;
            let message = &found["inboxMessages"]["nodes"][0];
            let done = found["export"]["status"] == "READY" && found["import"]["status"] == "DONE";
            (done && message["post"].is_object()).then(|| message["id"].clone())
        })
        .await;
        self.values.ids.set("message", &message);
        self.end_work(worker, "a worker's work").await;
    }

    /// A reply, a post that the network refuses, and its second try.
    pub async fn work_again(&mut self) {
        let message = self.values.ids.get("message");
        self.step("markInboxMessageRead", "", json!({ "id": message })).await;
        self.step("replyToInboxMessage", "", json!({ "id": message, "text": "Thank you!" })).await;
        let fault = json!({ "platform": "twitter", "step": "publish", "kind": "rejected", "times": 2 });
        self.stage.fault(fault).await;
        let account = self.values.ids.get("account");
        let refused = json!({ "content": "refused at first", "accountIds": [account], "publishNow": true });
        let refused = self.post(refused).await;
        let other = json!({ "content": "refused as well", "accountIds": [account], "publishNow": true });
        let other = self.post(other).await;
        let ids = [refused.as_str().unwrap(), other.as_str().unwrap()];
        let worker = self.begin_work().await;
        for id in ids {
            self.stage.post_with_status(id, "FAILED").await;
        }
        let document = "query($id: ID!) { inboxMessage(id: $id) { reply { state } } }";
        eventually(LIMIT, "the reply is there", async || {
            let found = self.stage.person.graphql.data(document, json!({ "id": message })).await;
            (found["inboxMessage"]["reply"]["state"] == "CONFIRMED").then_some(())
        })
        .await;
        self.end_work(worker, "a reply and a refusal").await;
        self.step("retryPost", "", json!({ "id": refused })).await;
        let target = self.values.ids.get("target");
        self.step("retryPostTarget", "", json!({ "targetId": target })).await;
        let worker = self.begin_work().await;
        for id in ids {
            self.stage.post_with_status(id, "PUBLISHED").await;
        }
        self.end_work(worker, "a second try").await;
    }

    /// Things go again, and the viewer last.
    pub async fn clear(&mut self) {
        self.step("markAllInboxMessagesRead", "", json!({})).await;
        let reply = json!({ "id": self.values.ids.get("message"), "text": "Goodbye!" });
        let reply = self.run("replyToInboxMessage", "reply { id }", reply).await["reply"]["id"].clone();
        let lost = "update inbox_replies set state = 'unknown', run_at = null where run_at is not null";
        execute(self.db, lost).await;
        self.step("resolveInboxReply", "", json!({ "replyId": reply, "resolution": "GIVE_UP" })).await;
        let import = self.import().await;
        self.step("cancelImport", "", json!({ "id": import })).await;
        let media = self.upload().await;
        self.step("deleteMedia", "", json!({ "mediaId": media })).await;
        let template = self.values.ids.get("template");
        self.step("deleteTemplate", "", json!({ "id": template })).await;
        let dates = json!({ "name": "Empty", "startDate": "2026-01-01", "endDate": "2026-12-31" });
        let campaign = self.make("createCampaign", "campaign", dates).await;
        self.step("deleteCampaign", "", json!({ "id": campaign })).await;
        let account = self.values.ids.get("account");
        let draft = self.post(json!({ "content": "a draft", "accountIds": [account] })).await;
        let at = SystemClock.now().plus(Duration::from_hours(48)).to_string();
        let timed = json!([{ "postId": draft, "scheduledAt": at }]);
        self.step("reschedulePosts", "", json!({ "posts": timed })).await;
        self.step("cancelPosts", "", json!({ "postIds": [draft] })).await;
        let copy = self.make("duplicatePost", "post", json!({ "postId": draft })).await;
        self.step("deletePost", "", json!({ "id": draft })).await;
        self.step("deletePosts", "", json!({ "postIds": [copy] })).await;
        let invitation = self.run("createInvitation", "invitation { id }", json!({ "role": "VIEWER" })).await;
        self.step("revokeInvitation", "", json!({ "id": invitation["invitation"]["id"] })).await;
        let key = json!({ "name": "revoked", "scopes": ["READ"] });
        let key = self.run("createApiKey", "apiKey { id }", key).await;
        self.step("revokeApiKey", "", json!({ "apiKeyId": key["apiKey"]["id"] })).await;
        self.step("disconnectAccount", "", json!({ "accountId": account })).await;
        self.connect().await;
        let viewer = "{ viewer { user { id } } }";
        let viewer = self.viewer.graphql.data(viewer, json!({})).await["viewer"]["user"]["id"].clone();
        self.run("updateWorkspaceMember", "", json!({ "userId": viewer, "role": "EDITOR" })).await;
        self.settle("a new role").await;
        self.run("removeWorkspaceMember", "", json!({ "userId": viewer })).await;
        self.settle("the removal of a member").await;
    }
}
