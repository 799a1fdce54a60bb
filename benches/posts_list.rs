//! A list nested three deep, compared with a bare route that answers the same bytes.

use super::bare_route;
use super::client::{Client, UNHURRIED};
use super::database::Database;
use super::figures::Figures;
use super::keep_alive::{Load, Request};
use super::process::Process;
use anyhow::ensure;
use fanfare_domain::clock::{Clock as _, SystemClock};
use fanfare_net::HttpClient;
use serde_json::{Value, json};
use std::time::Duration;

const POSTS: usize = 200;
const ACCOUNTS: usize = 3;
const CONNECTIONS: usize = 32;
const WARM_UP: Duration = Duration::from_secs(1);
const TIME: Duration = Duration::from_secs(4);

const LIST: &str = "{ posts(first: 20) { nodes { content status
  targets { status account { name platform } } author { name } } } }";

/// Adds requests a second, latencies, and the ratio to the bare route.
pub async fn measure(figures: &mut Figures) -> anyhow::Result<()> {
    let http = HttpClient::new()?;
    let mut loads = Vec::new();
    let mut bytes = Vec::new();
    for database in Database::all() {
        let (load, answer) = list(database, &http).await?;
        bytes = answer;
        loads.push((database, load));
    }
    let bare = bare(&bytes).await?;
    figures.add(None, "bare route, same bytes", bare.requests_per_second, "1/s");
    figures.add(None, "bare route, p50", bare.latencies.millis(50), "ms");
    figures.add(None, "bare route, p99", bare.latencies.millis(99), "ms");
    for (database, load) in loads {
        let name = Some(database.name());
        figures.add(name, "20 posts nested three deep", load.requests_per_second, "1/s");
        figures.add(name, "20 posts nested three deep, p50", load.latencies.millis(50), "ms");
        figures.add(name, "20 posts nested three deep, p99", load.latencies.millis(99), "ms");
        let ratio = bare.requests_per_second / load.requests_per_second;
        figures.add(name, "bare route is faster by", ratio, "times");
    }
    Ok(())
}

async fn list(database: Database, http: &HttpClient) -> anyhow::Result<(Load, Vec<u8>)> {
    let data = tempfile::tempdir()?;
    let mut settings = database.settings().await?;
    settings.extend(UNHURRIED.map(|(name, value)| (name, value.to_owned())));
    let server = Process::start("serve", &data, &settings).await?;
    server.ready(http).await?;
    let client = Client::register(http, &server.base).await?;
    let accounts = client.connect_accounts(ACCOUNTS).await?;
    let due = SystemClock.now().plus(Duration::from_hours(24 * 30));
    let posts = (0..POSTS).map(|number| (format!("Post {number:03} of the list"), accounts.clone()));
    client.create_posts(posts.collect(), due).await?;

    let request = Request::new(&server.base, &client.token, &json!({ "query": LIST }).to_string())?;
    let answer = request.answer().await?;
    let read: Value = serde_json::from_slice(&answer)?;
    ensure!(read.get("errors").is_none(), "the list: {read}");
    let nodes = read.pointer("/data/posts/nodes").and_then(Value::as_array).map_or(0, Vec::len);
    let targets = read.pointer("/data/posts/nodes/19/targets").and_then(Value::as_array).map_or(0, Vec::len);
    ensure!((nodes, targets) == (20, ACCOUNTS), "a list of {nodes} posts with {targets} targets");
    let load = request.load(CONNECTIONS, WARM_UP, TIME, answer.len()).await?;
    server.stop().await?;
    Ok((load, answer))
}

/// The same requests to the yardstick, which is a process of its own as the server is.
async fn bare(bytes: &[u8]) -> anyhow::Result<Load> {
    let data = tempfile::tempdir()?;
    let body = data.path().join("body.json");
    std::fs::write(&body, bytes)?;
    let mut command = tokio::process::Command::new(std::env::current_exe()?);
    let yardstick = Process::spawn(command.env(bare_route::BODY_FILE, &body)).await?;
    let request = Request::new(&yardstick.base, "none", &json!({ "query": LIST }).to_string())?;
    request.load(CONNECTIONS, WARM_UP, TIME, bytes.len()).await
}
