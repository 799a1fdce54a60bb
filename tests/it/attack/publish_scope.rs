//! A key that writes drafts decides nothing about what is published.

use crate::publishing::stage::Stage;
use crate::support::database::on_both_databases;
use crate::support::graphql::{Graphql, UploadFile};
use crate::support::rest::Rest;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
use fanfare_domain::clock::{Clock as _, SystemClock};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

const CREATE_KEY: &str = "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) {
    secret userErrors { message code path } } }";
const CREATE_CAMPAIGN: &str = "mutation($input: CreateCampaignInput!) { createCampaign(input: $input) {
    campaign { id } userErrors { message code path } } }";
const UPDATE_CAMPAIGN: &str = "mutation($input: UpdateCampaignInput!) { updateCampaign(input: $input) {
    campaign { id } userErrors { message code path } } }";
const CREATE_IMPORT: &str = "mutation($input: CreateImportInput!) { createImport(input: $input) {
    import { id } userErrors { message code path } } }";
const POSTS: &str =
    "{ posts(first: 20) { nodes { id databaseId status content scheduledAt campaign { id status }
    targets { id } } } }";

/// Mutations that lead to no publication of a post, whatever their input is.
const HARMLESS: &str = "acceptInvitation beginTotpSetup cancelImport changeEmail changePassword checkAccount completeAccountConnection confirmTotp
    createApiKey createCampaign createExport createInvitation createTemplate createWorkspace deleteMedia deleteTemplate
    disableTotp disconnectAccount duplicatePost eraseMe generateContent linkAccount login logout markAllInboxMessagesRead
    markInboxMessageRead optimizeContent reconnectAccount refreshMetrics refreshSession regenerateRecoveryCodes
    register relinkAccount removeWorkspaceMember replyToInboxMessage resolveInboxReply revokeApiKey revokeInvitation
    revokeOtherSessions revokeSession rotateApiKey startAccountConnection suggestHashtags updateSettings
    updateProfile updateTemplate updateWorkspaceMember uploadMedia";

struct Scene {
    stage: Stage,
    /// Of a key with the scope WRITE.
    writer: Graphql,
    account: String,
    campaign: String,
    /// Of both posts.
    media: String,
    scheduled: Value,
    held: Value,
}

fn tomorrow() -> String {
    SystemClock.now().plus(Duration::from_hours(24)).0.to_rfc3339()
}

async fn posts(graphql: &Graphql) -> Vec<Value> {
    graphql.data(POSTS, json!({})).await["posts"]["nodes"].as_array().unwrap().clone()
}

impl Scene {
    /// A post with a time, and one that the pause of its campaign holds back. Nothing is sent: there is no worker.
    async fn set(db: &crate::support::database::Database) -> Self {
        let stage = Stage::set_with(db, |settings| settings.roles("api")).await;
        let owner = &stage.person.graphql;
        let account = stage.connect("TWITTER", "ann").await;
        let campaign = json!({ "name": "Spring", "startDate": "2026-01-01", "endDate": "2030-12-31" });
        let made = owner.payload(CREATE_CAMPAIGN, json!({ "input": campaign })).await;
        let campaign = made["campaign"]["id"].as_str().unwrap().to_owned();
        let media = stage.upload("sample.jpg", "image/jpeg").await;
        let post = json!({ "content": "as it was approved", "accountIds": [account], "mediaIds": [media],
            "scheduledAt": tomorrow() });
        let mut in_campaign = post.clone();
        in_campaign["campaignId"] = json!(campaign);
        let (scheduled, held) = (stage.create(post).await, stage.create(in_campaign).await);
        let pause = json!({ "input": { "id": campaign, "status": "PAUSED" } });
        owner.payload(UPDATE_CAMPAIGN, pause).await;
        let key = json!({ "input": { "name": "writes", "scopes": ["WRITE"] } });
        let secret = owner.payload(CREATE_KEY, key).await["secret"].as_str().unwrap().to_owned();
        let stored = posts(owner).await;
        let found = |id: &str| stored.iter().find(|post| post["id"] == id).unwrap().clone();
        let (scheduled, held) = (found(&scheduled), found(&held));
        assert_eq!((&scheduled["status"], &held["status"]), (&json!("SCHEDULED"), &json!("HELD")));
        Self { writer: owner.with_token(&secret), account, campaign, media, scheduled, held, stage }
    }

    /// Every mutation that can lead to a publication, or change one, with an input that would.
    fn attempts(&self) -> Vec<(&'static str, Value)> {
        let (scheduled, held) = (&self.scheduled["id"], &self.held["id"]);
        let new = json!({ "content": "of the key", "accountIds": [self.account] });
        let with = |mut input: Value, name: &str, value: Value| {
            input[name] = value;
            input
        };
        let mut attempts = vec![
            ("createPost", with(new.clone(), "publishNow", json!(true))),
            ("createPost", with(new, "scheduledAt", json!(tomorrow()))),
            ("updateCampaign", json!({ "id": self.campaign, "status": "ACTIVE" })),
            ("deleteCampaign", json!({ "id": self.campaign })),
            ("updatePost", json!({ "id": held, "campaignId": null })),
            ("updateMedia", json!({ "mediaId": self.media, "altText": "of the key" })),
        ];
        for post in [&self.scheduled, &self.held] {
            let (id, target) = (&post["id"], &post["targets"][0]["id"]);
            let settle = json!({ "id": target, "resolution": "SEND_AGAIN" });
            attempts.extend([
                ("updatePost", json!({ "id": id, "content": "of the key" })),
                ("updatePost", json!({ "id": id, "mediaIds": [] })),
                ("updatePost", json!({ "id": id, "scheduledAt": tomorrow() })),
                ("updatePost", json!({ "id": id, "campaignId": self.campaign })),
                ("schedulePost", json!({ "id": id, "scheduledAt": tomorrow() })),
                ("deletePost", json!({ "id": id })),
                ("resolvePostTarget", settle),
                ("publishPostTarget", json!({ "targetId": target })),
                ("retryPostTarget", json!({ "targetId": target })),
                ("cancelPostTarget", json!({ "targetId": target })),
                ("cancelPosts", json!({ "postIds": [id] })),
                ("reschedulePosts", json!({ "posts": [{ "postId": id, "scheduledAt": tomorrow() }] })),
            ]);
        }
        for command in ["publishPost", "cancelPost", "retryPost", "unpublishPost"] {
            attempts.extend([(command, json!({ "id": scheduled })), (command, json!({ "id": held }))]);
        }
        attempts
    }
}

fn document(mutation: &str) -> String {
    let input = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    format!(
        "mutation($input: {input}!) {{ {mutation}(input: $input) {{ userErrors {{ message code path }} }} }}"
    )
}

/// The fields of the type `Mutation`.
fn mutations() -> BTreeSet<String> {
    let schema = parse_schema(include_str!("../../../schema.graphql")).unwrap();
    let root = schema.definitions.into_iter().find_map(|definition| match definition {
        TypeSystemDefinition::Type(ty) if ty.node.name.node.as_str() == "Mutation" => Some(ty.node.kind),
        _ => None,
    });
    let Some(TypeKind::Object(root)) = root else { panic!("Mutation is no object") };
    root.fields.iter().map(|field| field.node.name.node.to_string()).collect()
}

on_both_databases! {
    async fn a_key_that_only_writes_changes_nothing_that_goes_out(db: Database) {
        let scene = Scene::set(&db).await;
        let (owner, writer) = (&scene.stage.person.graphql, &scene.writer);
        let attempts = scene.attempts();
        let mut asked: BTreeSet<String> = attempts.iter().map(|(name, _)| (*name).to_owned()).collect();
        asked.extend(["createPosts", "createImport", "deletePosts"].map(str::to_owned));
        asked.extend(HARMLESS.split_whitespace().map(str::to_owned));
        assert_eq!(asked, mutations(), "each mutation is tried or known to be harmless");
        let before = posts(owner).await;
        for (mutation, input) in attempts {
            let answer = writer.post(&document(mutation), json!({ "input": input })).await;
            let codes = answer.error_codes();
            assert_eq!(codes, ["FORBIDDEN"], "{mutation}: {:#}", answer.body);
        }
        let many = "mutation($input: CreatePostsInput!) { createPosts(input: $input) { created } }";
        let post = json!({ "content": "of the key", "accountIds": [scene.account], "publishNow": true });
        let answer = writer.data(many, json!({ "input": { "posts": [post] } })).await;
        assert_eq!(answer["createPosts"]["created"], 0, "{answer}");
        let delete = "mutation($input: DeletePostsInput!) { deletePosts(input: $input) {
            results { userErrors { code } } } }";
        let both = json!({ "input": { "postIds": [scene.scheduled["id"], scene.held["id"]] } });
        let answer = writer.data(delete, both).await;
        let refused = json!({ "userErrors": [{ "code": "POST_STATE_FORBIDS" }] });
        assert_eq!(answer["deletePosts"]["results"], json!([refused, refused]));
        let file = UploadFile {
            variable: "variables.input.file",
            name: "posts.csv",
            content_type: "text/csv",
            content: format!("content,scheduled_at\nof the key,{}\n", tomorrow()).into_bytes(),
        };
        let input = json!({ "input": { "file": null, "dryRun": false } });
        assert_eq!(writer.upload(CREATE_IMPORT, input, vec![file]).await.error_codes(), ["FORBIDDEN"]);
        assert_eq!(posts(owner).await, before, "what was refused has changed nothing");
        // The name of a file is not published.
        let named = json!({ "input": { "mediaId": scene.media, "fileName": "cover.jpg" } });
        writer.payload(&document("updateMedia"), named).await;
        // A draft is the key's own business.
        let input = json!({ "content": "a draft", "accountIds": [scene.account] });
        let made = "mutation($input: CreatePostInput!) { createPost(input: $input) {
            post { id } userErrors { message code path } } }";
        let draft = writer.payload(made, json!({ "input": input })).await["post"]["id"].clone();
        let change = json!({ "input": { "id": draft, "content": "a better draft" } });
        writer.payload(&document("updatePost"), change).await;
        writer.payload(&document("deletePost"), json!({ "input": { "id": draft } })).await;
    }

    async fn nor_does_it_by_the_rest_routes(db: Database) {
        let scene = Scene::set(&db).await;
        let (owner, rest) = (&scene.stage.person.graphql, Rest::of(&scene.writer));
        let before = posts(owner).await;
        let (scheduled, held) = (&scene.scheduled["databaseId"], &scene.held["databaseId"]);
        let number = |id: &Value| id.as_i64().map_or_else(|| id.as_str().unwrap().to_owned(), |id| id.to_string());
        for id in [number(scheduled), number(held)] {
            for body in [json!({ "content": "of the key" }), json!({ "campaign_id": null }), json!({ "media_ids": [] })] {
                rest.call_on("updatePost", &id).json(body).body_of(403).await;
            }
            for route in ["publishPost", "retryPost", "deletePost"] {
                rest.call_on(route, &id).json(json!({})).body_of(403).await;
            }
            let timed = json!({ "scheduled_at": tomorrow() });
            rest.call_on("publishPost", &id).json(timed).body_of(403).await;
        }
        let published = json!({ "content": "of the key", "platforms": ["twitter"] });
        rest.call("createPost").json(published).body_of(403).await;
        assert_eq!(posts(owner).await, before, "what was refused has changed nothing");
    }
}
