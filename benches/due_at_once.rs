//! A thousand targets that are due at one instant.

use super::client::Client;
use super::database::Database;
use super::figures::{Aim, Figures};
use super::percentile::Times;
use super::trial::{Report, Trial};
use anyhow::{Context as _, ensure};
use fanfare_domain::clock::{Clock as _, SystemClock, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::time::{Duration, Instant};

const ACCOUNTS: usize = 200;
const POSTS_EACH: usize = 5;
const TARGETS: usize = ACCOUNTS * POSTS_EACH;
/// Posts by which the time to create all of them is estimated.
const PROBES: usize = 40;
/// Between the last creation and the due time, at least.
const MARGIN: Duration = Duration::from_millis(500);
const GLANCE: Duration = Duration::from_millis(250);
const PATIENCE: Duration = Duration::from_mins(1);

const LEFT: &str =
    "{ posts(filter: { statuses: [SCHEDULED, PENDING, PUBLISHING] }, first: 1) { nodes { id } } }";
const PUBLISHED: &str = "query($after: String) {
  posts(filter: { statuses: [PUBLISHED] }, first: 100, after: $after) {
    pageInfo { hasNextPage endCursor } nodes { targets { publishedAt steps { sentAt } } } } }";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    page_info: PageInfo,
    nodes: Vec<Post>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

#[derive(Deserialize)]
struct Post {
    targets: Vec<Target>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    published_at: Timestamp,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Step {
    sent_at: Timestamp,
}

/// Adds targets a second and the lateness of their first calls.
pub async fn measure(figures: &mut Figures) -> anyhow::Result<()> {
    for database in Database::all() {
        let aim = if database == Database::Sqlite { 600.0 } else { 1_000.0 };
        let (rate, lateness) = burst(database).await.context(database.name())?;
        let name = Some(database.name());
        figures.add_with_aim(name, "1,000 targets due at one instant", rate, "1/s", Aim::Above(aim));
        figures.add(name, "lateness among 1,000, p50", lateness.millis(50), "ms");
        let p99 = lateness.millis(99);
        figures.add_with_aim(name, "lateness among 1,000, p99", p99, "ms", Aim::Below(1_000.0));
    }
    Ok(())
}

async fn burst(database: Database) -> anyhow::Result<(f64, Times)> {
    let trial = Trial::start(database, &[("FANFARE_WORKERS", "128")]).await?;
    let accounts = trial.client.connect_accounts(ACCOUNTS).await?;
    let due = SystemClock.now().plus(time_to_create(&trial.client).await?);
    let posts = (0..TARGETS).zip(accounts.iter().cycle());
    let posts = posts.map(|(number, account)| (format!("Burst {number}"), vec![account.clone()])).collect();
    trial.client.create_posts(posts, due).await?;
    let left = due.since(SystemClock.now());
    ensure!(left >= MARGIN, "the posts were not created in time: the machine is too busy to measure");
    tokio::time::sleep(left).await;

    let begun = Instant::now();
    while some_left(&trial.client).await? {
        ensure!(begun.elapsed() < PATIENCE, "targets are left after {} s", PATIENCE.as_secs());
        tokio::time::sleep(GLANCE).await;
    }
    let targets = published(&trial.client).await?;
    ensure!(targets.len() == TARGETS, "{} of {TARGETS} targets are published", targets.len());
    check(&trial.report().await?)?;
    trial.stop().await?;

    let last = targets.iter().map(|target| target.published_at).max().context("no target")?;
    let firsts = targets.iter().filter_map(|target| target.steps.iter().map(|step| step.sent_at).min());
    let lateness = Times::new(firsts.map(|sent| sent.since(due)).collect());
    let count = f64::from(u32::try_from(TARGETS)?);
    Ok((count / last.since(due).as_secs_f64(), lateness))
}

/// Twice what all creations take by a few of them, so that all are done before the due time.
async fn time_to_create(client: &Client) -> anyhow::Result<Duration> {
    let begun = Instant::now();
    for number in 0..PROBES {
        client.create_post(format!("Draft {number}"), Vec::new(), None).await?;
    }
    let each = begun.elapsed() / u32::try_from(PROBES)?;
    Ok(each * u32::try_from(TARGETS)? * 2 + Duration::from_secs(4))
}

async fn some_left(client: &Client) -> anyhow::Result<bool> {
    let data = client.run(LEFT, json!({})).await?;
    Ok(data.pointer("/posts/nodes").and_then(Value::as_array).is_none_or(|nodes| !nodes.is_empty()))
}

async fn published(client: &Client) -> anyhow::Result<Vec<Target>> {
    let mut targets = Vec::with_capacity(TARGETS);
    let mut after: Option<String> = None;
    loop {
        let mut data = client.run(PUBLISHED, json!({ "after": after })).await?;
        let page = data.get_mut("posts").map(Value::take).context("no posts")?;
        let page: Page = serde_json::from_value(page)?;
        targets.extend(page.nodes.into_iter().flat_map(|post| post.targets));
        if !page.page_info.has_next_page {
            return Ok(targets);
        }
        after = page.page_info.end_cursor;
    }
}

/// The networks have every post once and nothing else.
fn check(report: &Report) -> anyhow::Result<()> {
    let texts: Vec<&str> =
        report.accounts.iter().flat_map(|account| &account.posts).map(|post| post.text.as_str()).collect();
    let different: HashSet<&str> = texts.iter().copied().collect();
    ensure!(
        texts.len() == TARGETS && different.len() == TARGETS,
        "the networks have {} posts, {} of them different, in place of {TARGETS}",
        texts.len(),
        different.len()
    );
    Ok(())
}
