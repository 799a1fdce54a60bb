//! How late a post is published on a server that has nothing else to do.

use super::client::text;
use super::database::Database;
use super::figures::{Aim, Figures};
use super::percentile::Times;
use super::trial::Trial;
use anyhow::ensure;
use chrono::{DateTime, Utc};
use fanfare_domain::clock::{Clock as _, SystemClock, Timestamp};
use futures_util::future::try_join_all;
use serde_json::json;
use std::time::{Duration, Instant};

const POSTS: usize = 20;
const AHEAD: Duration = Duration::from_secs(2);
/// Nobody asks the server anything around the due time.
const QUIET: Duration = Duration::from_millis(300);
const GLANCE: Duration = Duration::from_millis(100);
const PATIENCE: Duration = Duration::from_secs(10);

const TARGET: &str = "query($id: ID!) { post(id: $id) { status targets { publishedAt steps { sentAt } } } }";

/// Adds the time from the due instant to the first call. The databases are measured side by side: almost all of it is
/// waiting.
pub async fn measure(figures: &mut Figures) -> anyhow::Result<()> {
    let databases = Database::all();
    let lateness = try_join_all(databases.iter().map(|database| posts_in_turn(*database))).await?;
    for (database, lateness) in databases.into_iter().zip(lateness) {
        let name = Some(database.name());
        figures.add(name, "lateness of a lone post, p50 of 20", lateness.millis(50), "ms");
        let p99 = lateness.millis(99);
        figures.add_with_aim(name, "lateness of a lone post, p99 of 20", p99, "ms", Aim::Below(50.0));
    }
    Ok(())
}

async fn posts_in_turn(database: Database) -> anyhow::Result<Times> {
    let trial = Trial::start(database, &[]).await?;
    let accounts = trial.client.connect_accounts(1).await?;
    let mut lateness = Vec::with_capacity(POSTS);
    for number in 0..POSTS {
        let due = SystemClock.now().plus(AHEAD);
        let id = trial.client.create_post(format!("Lone {number}"), accounts.clone(), Some(due)).await?;
        tokio::time::sleep(due.since(SystemClock.now()) + QUIET).await;
        lateness.push(first_call(&trial, &id).await?.since(due));
    }
    trial.stop().await?;
    Ok(Times::new(lateness))
}

/// When the network was first called for a post; waits until the post is published.
async fn first_call(trial: &Trial, id: &str) -> anyhow::Result<Timestamp> {
    let begun = Instant::now();
    loop {
        let data = trial.client.run(TARGET, json!({ "id": id })).await?;
        let status = text(&data, "/post/status")?;
        if status == "PUBLISHED" {
            let sent: DateTime<Utc> = text(&data, "/post/targets/0/steps/0/sentAt")?.parse()?;
            return Ok(Timestamp::new(sent));
        }
        ensure!(begun.elapsed() < PATIENCE, "a lone post is {status} after {} s", PATIENCE.as_secs());
        tokio::time::sleep(GLANCE).await;
    }
}
