//! Five hundred posts that one call creates.

use super::client::{Client, UNHURRIED};
use super::database::Database;
use super::figures::{Aim, Figures};
use super::process::Process;
use anyhow::{Context as _, ensure};
use fanfare_domain::clock::{Clock as _, SystemClock};
use fanfare_net::HttpClient;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// As many as a call may create.
const POSTS: u64 = 500;
const ACCOUNTS: usize = 2;
const AHEAD: Duration = Duration::from_hours(24 * 30);

const CREATE: &str = "mutation($input: CreatePostsInput!) { createPosts(input: $input) {
  created failed userErrors { message } } }";

/// Adds the time of a call that schedules 500 posts for two accounts each.
pub async fn measure(figures: &mut Figures) -> anyhow::Result<()> {
    let http = HttpClient::new()?;
    for database in Database::all() {
        let took = create(database, &http).await.context(database.name())?;
        let millis = took.as_secs_f64() * 1_000.0;
        let what = "500 posts created by one call";
        figures.add_with_aim(Some(database.name()), what, millis, "ms", Aim::Below(1_000.0));
    }
    Ok(())
}

async fn create(database: Database, http: &HttpClient) -> anyhow::Result<Duration> {
    let folder = tempfile::tempdir()?;
    let mut settings = database.settings().await?;
    settings.extend(UNHURRIED.map(|(name, value)| (name, value.to_owned())));
    let server = Process::start("serve", &folder, &settings).await?;
    server.ready(http).await?;
    let client = Client::register(http, &server.base).await?;
    let accounts = client.connect_accounts(ACCOUNTS).await?;
    let due = SystemClock.now().plus(AHEAD).to_string();
    let post =
        |number| json!({ "content": format!("Post {number}"), "accountIds": accounts, "scheduledAt": due });
    let posts: Vec<Value> = (0..POSTS).map(post).collect();

    let begun = Instant::now();
    let answer = client.run(CREATE, json!({ "input": { "posts": posts } })).await?;
    let took = begun.elapsed();
    let created = answer.pointer("/createPosts/created").and_then(Value::as_u64);
    ensure!(created == Some(POSTS), "not all were created: {answer}");
    server.stop().await?;
    Ok(took)
}
