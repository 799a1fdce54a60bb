//! The post: what it says, whether the networks would take it, and what became of it.

use super::accounts::{Account, label};
use super::api::Api;
use crate::cli::out::say;
use anyhow::bail;
use fanfare_domain::clock::{Clock as _, SystemClock};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use std::time::Duration;
use url::Url;

/// How far ahead the post is scheduled.
const AHEAD: Duration = Duration::from_secs(2);

const VALIDATE: &str = "query($input: CreatePostInput!) { validatePost(input: $input) {
  ok targets { platform ok violations { message blocking } } userErrors { message } } }";
const CREATE: &str = "mutation($input: CreatePostInput!) { createPost(input: $input) {
  post { id scheduledAt } userErrors { message code path } } }";
const PUBLISHED: &str = "query($id: ID!) { post(id: $id) {
  targets { platform status url error { message } steps { id } } } }";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Validation {
    ok: bool,
    targets: Vec<TargetValidation>,
    user_errors: Vec<Words>,
}

#[derive(Deserialize)]
struct TargetValidation {
    platform: String,
    ok: bool,
    violations: Vec<Violation>,
}

#[derive(Deserialize)]
struct Violation {
    message: String,
    blocking: bool,
}

#[derive(Deserialize)]
struct Words {
    message: String,
}

#[derive(Deserialize)]
struct Created {
    post: Post,
}

/// A scheduled post.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Post {
    pub id: String,
    pub scheduled_at: String,
}

#[derive(Deserialize)]
struct Outcome {
    targets: Vec<Published>,
}

/// A target that has come to its end.
#[derive(Deserialize)]
pub struct Published {
    platform: String,
    status: String,
    pub url: Option<Url>,
    error: Option<Words>,
    /// The ledger. What its rows say is not shown here.
    pub steps: Vec<IgnoredAny>,
}

impl Published {
    pub fn label(&self) -> String {
        label(&self.platform)
    }
}

/// One text for all; each network gets the medium that it takes, and YouTube a title.
pub fn input(accounts: &[Account], picture: &str, video: &str) -> Value {
    let variants: Vec<Value> = accounts
        .iter()
        .map(|account| match account.platform.as_str() {
            "YOUTUBE" => {
                json!({ "accountId": account.id, "title": "Hello from Fanfare", "mediaIds": [video] })
            }
            _ => json!({ "accountId": account.id, "mediaIds": [picture] }),
        })
        .collect();
    let account_ids: Vec<&str> = accounts.iter().map(|account| account.id.as_str()).collect();
    json!({
        "content": "Hello from Fanfare: written once, published everywhere.",
        "hashtags": ["fanfare"],
        "accountIds": account_ids,
        "variants": variants,
    })
}

/// Shows what each network would say, and fails where one would refuse.
pub async fn validate(api: &Api, input: &Value) -> anyhow::Result<()> {
    let found: Validation = api.query("validatePost", VALIDATE, json!({ "input": input })).await?;
    for target in &found.targets {
        let words = if target.ok { "would be taken" } else { "would be refused" };
        say!("  {:<12} {words}", label(&target.platform));
    }
    if found.ok {
        return Ok(());
    }
    let violations = found.targets.iter().flat_map(|target| &target.violations);
    let refusals = violations.filter(|violation| violation.blocking).map(|violation| &violation.message);
    let words: Vec<&str> =
        found.user_errors.iter().map(|error| &error.message).chain(refusals).map(String::as_str).collect();
    bail!("validatePost: {}", words.join(" "))
}

/// Schedules the post a moment ahead.
pub async fn create(api: &Api, mut input: Value) -> anyhow::Result<Post> {
    if let Some(fields) = input.as_object_mut() {
        let at = SystemClock.now().plus(AHEAD);
        fields.insert("scheduledAt".to_owned(), Value::String(at.to_string()));
    }
    let created: Created = api.mutate("createPost", CREATE, input).await?;
    Ok(created.post)
}

/// What became of the post; fails where a target is not published.
pub async fn published(api: &Api, post: &str) -> anyhow::Result<Vec<Published>> {
    let outcome: Outcome = api.query("post", PUBLISHED, json!({ "id": post })).await?;
    if let Some(target) = outcome.targets.iter().find(|target| target.status != "PUBLISHED") {
        let why = target.error.as_ref().map_or("no reason was given", |error| error.message.as_str());
        bail!("{} ended {}: {why}", target.label(), target.status);
    }
    Ok(outcome.targets)
}
