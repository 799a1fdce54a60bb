//! The routes in the order in which a client would call them: the shape of each answer, and its SQL statements.

use crate::publishing::stage::Stage;
use crate::support::database::on_both_databases;
use crate::support::rest::{Call, Rest, route, shape};
use crate::support::server::Settings;
use crate::support::waiting::eventually;
use fanfare::net::HttpClient;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Map, Value, json};
use std::time::Duration;

/// What the calls answered, by route.
#[derive(Default)]
struct Walk {
    told: Map<String, Value>,
}

impl Walk {
    /// Makes a call that succeeds, and notes it.
    async fn step(&mut self, id: &str, call: Call) -> Value {
        let answer = call.send().await;
        assert_eq!(answer.status.as_u16(), route(id).success, "{id}: {:#}", answer.body);
        let statements = answer.header("x-fanfare-sql-statements").map(str::to_owned);
        let told = json!({ "statements": statements, "answer": shape(&answer.body) });
        self.told.insert(id.to_owned(), told);
        answer.body
    }
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("not a whole number: {value}"))
}

async fn sample(stage: &Stage) -> Form {
    let url = stage.simulator.url().join("simulator/sample.jpg").unwrap();
    let content = HttpClient::new().unwrap().request(Method::GET, url).send().await.unwrap().bytes().await;
    let part = Part::bytes(content.unwrap().to_vec()).file_name("sample.jpg");
    Form::new().part("file", part.mime_str("image/png").unwrap()).text("alt_text", "A picture")
}

async fn consents(walk: &mut Walk, rest: &Rest) {
    let started = walk.step("startConsent", rest.call_on("startConsent", "twitter")).await;
    let state = started["state"].as_str().unwrap();
    let call = rest.call_on("simulateConsent", "twitter").query(&[("state", state), ("profile", "Ada")]);
    let connected = walk.step("simulateConsent", call).await;
    let id = number(&connected["account"]["id"]);
    let account = walk.step("getAccount", rest.call_on("getAccount", id)).await;
    assert_eq!(account["account"], connected["account"], "the callback tells the account as the list does");
    let started = rest.call_on("startConsent", "instagram").body_of(200).await;
    let state = started["state"].as_str().unwrap();
    let call = rest.call_on("simulateConsentByPost", "instagram").query(&[("state", state)]);
    walk.step("simulateConsentByPost", call).await;
    for (id, profile) in [("finishConsent", "Grace"), ("finishConsentByPost", "Joan")] {
        let started = rest.call_on("startConsent", "twitter").body_of(200).await;
        let url = started["authorize_url"].as_str().unwrap();
        let code = crate::publishing::stage::consent(url, profile).await;
        let state = started["state"].as_str().unwrap();
        let query = [("state", state), ("code", code.as_str())];
        let call = rest.call_on(id, "twitter").query(&query);
        match id {
            "finishConsent" => walk.step("finishConsent", call).await,
            _ => walk.step("finishConsentByPost", call).await,
        };
    }
}

async fn accounts(walk: &mut Walk, rest: &Rest) -> i64 {
    let link = json!({ "platform": "twitter", "account_name": "Alan" });
    let linked = walk.step("linkAccount", rest.call("linkAccount").json(link)).await;
    let id = number(&linked["id"]);
    let again = walk.step("reconnectAccount", rest.call_on("reconnectAccount", id)).await;
    assert_eq!((&again["account"]["id"], &again["authorize_url"]), (&json!(id), &Value::Null));
    let call = rest.call("listAccounts").query(&[("platform", "twitter"), ("status", "active")]);
    let listed = walk.step("listAccounts", call).await;
    assert_eq!(listed["total"], json!(4), "{listed:#}");
    id
}

async fn posts(walk: &mut Walk, rest: &Rest, account: i64, media: i64) {
    let draft =
        json!({ "content": "Hello", "account_id": account, "media_ids": [media], "hashtags": ["fanfare"] });
    let created = walk.step("createPost", rest.call("createPost").json(draft)).await;
    assert_eq!(created["status"], json!("draft"));
    let id = number(&created["id"]);
    let change = json!({ "content": "Hello, world", "publish_mode": "best_effort" });
    walk.step("updatePost", rest.call_on("updatePost", id).json(change)).await;
    let sent = walk.step("publishPost", rest.call_on("publishPost", id)).await;
    assert_eq!(sent["status"], json!("pending"));
    let post = eventually(Duration::from_secs(60), "the post is published", async || {
        let post = rest.call_on("getPost", id).body_of(200).await["post"].clone();
        (post["status"] == "published").then_some(post)
    });
    let post = post.await;
    assert!(post["targets"][0]["url"].is_string(), "{post:#}");
    walk.step("getPost", rest.call_on("getPost", id)).await;
    let bulk = json!({ "posts": [{ "content": "one" }, { "content": "" }, { "contents": "three" }] });
    let bulk = walk.step("createPosts", rest.call("createPosts").json(bulk)).await;
    assert_eq!((&bulk["created"], &bulk["failed"]), (&json!(1), &json!(2)), "{bulk:#}");
    let one = number(&bulk["posts"][0]["id"]);
    walk.step("listPosts", rest.call("listPosts").query(&[("limit", "1"), ("q", "hello")])).await;
    walk.step("deletePost", rest.call_on("deletePost", one)).await;
}

async fn retry(walk: &mut Walk, stage: &Stage, rest: &Rest, account: i64) {
    stage.fault(json!({ "platform": "twitter", "step": "publish", "kind": "rejected" })).await;
    let post = json!({ "content": "Refused", "account_ids": [account], "status": "pending" });
    let id = number(&rest.call("createPost").json(post).body_of(201).await["id"]);
    eventually(Duration::from_secs(60), "the network has refused it", async || {
        let post = rest.call_on("getPost", id).body_of(200).await["post"].clone();
        (post["status"] == "failed" && post["error_message"].is_string()).then_some(())
    })
    .await;
    walk.step("retryPost", rest.call_on("retryPost", id)).await;
    // What is still under way would be cancelled with the account, or not, as it happens.
    eventually(Duration::from_secs(60), "the second attempt is published", async || {
        let post = rest.call_on("getPost", id).body_of(200).await["post"].clone();
        (post["status"] == "published").then_some(())
    })
    .await;
}

on_both_databases! {
    async fn a_client_walks_from_a_consent_to_a_published_post(db: Database) {
        let stage = Stage::set_with(&db, Settings::counting_statements).await;
        let rest = Rest::of(&stage.person.graphql);
        let mut walk = Walk::default();
        // From here on the server remembers session and role.
        rest.call("listPosts").body_of(200).await;
        consents(&mut walk, &rest).await;
        let account = accounts(&mut walk, &rest).await;
        let media = walk.step("uploadMedia", rest.call("uploadMedia").form(sample(&stage).await)).await;
        let media = number(&media["media"]["id"]);
        let again = rest.call("uploadMediaToLibrary").form(sample(&stage).await);
        walk.step("uploadMediaToLibrary", again).await;
        walk.step("listMedia", rest.call("listMedia")).await;
        posts(&mut walk, &rest, account, media).await;
        retry(&mut walk, &stage, &rest, account).await;
        walk.step("disconnectAccount", rest.call_on("disconnectAccount", account)).await;
        insta::assert_json_snapshot!("walk", walk.told);
    }
}
