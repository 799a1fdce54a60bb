//! A dashboard's reads with one write to nine of them: how many the cache answers, and how fast, compared with none.

use super::client::{Client, UNHURRIED};
use super::database::Database;
use super::figures::{Aim, Figures};
use super::percentile::Times;
use super::process::Process;
use anyhow::Context as _;
use fanfare_domain::clock::{Clock as _, SystemClock};
use fanfare_net::HttpClient;
use futures_util::future::try_join_all;
use reqwest::Method;
use serde_json::json;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const POSTS: usize = 100;
const ACCOUNTS: usize = 3;
/// People who look at the workspace.
const PEOPLE: usize = 8;
const TIME: Duration = Duration::from_secs(4);
/// One of this many operations writes.
const WRITES: usize = 10;
/// Where nodes share answers; two are measured then.
const REDIS_URL: &str = "FANFARE_TEST_REDIS_URL";
const PATIENCE: Duration = Duration::from_secs(10);

/// What the page of a workspace shows.
const DASHBOARD: &str = "{
  posts(first: 20) { totalCount nodes { content status targets { status account { name platform } } } }
  planned: posts(filter: { statuses: [SCHEDULED] }, orderBy: OLDEST_FIRST, first: 10) {
    totalCount nodes { content scheduledAt targets { status account { name platform } } } }
  accounts { totalCount nodes { name platform status } }
  analytics { totals { followers engagement posts } growth { engagement } daily { date engagement } } }";
const TEMPLATE: &str = "mutation($input: CreateTemplateInput!) { createTemplate(input: $input) {
  template { id } userErrors { message } } }";

/// The nodes of one database and the people at them.
struct Scene {
    nodes: Vec<Process>,
    people: Vec<Client>,
    _data: TempDir,
}

/// What a tier was asked and had.
#[derive(Clone, Copy, Default)]
struct Tier {
    hits: f64,
    asked: f64,
}

impl Tier {
    fn percent(self) -> f64 {
        if self.asked > 0.0 { 100.0 * self.hits / self.asked } else { 0.0 }
    }
}

/// Adds rates and latencies with and without the cache, and the hits of each tier.
pub async fn measure(figures: &mut Figures) -> anyhow::Result<()> {
    let http = HttpClient::new()?;
    for database in Database::all() {
        for (words, bytes) in [("without a cache", "0"), ("with the cache", "67108864")] {
            let scene = Scene::set(database, &http, bytes).await?;
            let before = scene.tiers(&http).await?;
            let times = scene.replay().await?;
            let after = scene.tiers(&http).await?;
            let name = Some(database.name());
            #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
            let rate = times.len() as f64 / TIME.as_secs_f64();
            figures.add(name, &format!("dashboards {words}"), rate, "1/s");
            figures.add(name, &format!("dashboards {words}, p50"), times.millis(50), "ms");
            figures.add(name, &format!("dashboards {words}, p99"), times.millis(99), "ms");
            if bytes != "0" {
                report(figures, database, before, after);
            }
            scene.clear().await?;
        }
    }
    Ok(())
}

fn report(figures: &mut Figures, database: Database, before: [Tier; 2], after: [Tier; 2]) {
    let name = Some(database.name());
    let [memory, redis] = [0, 1].map(|tier| {
        let [before, after] = [before, after].map(|tiers| tiers.get(tier).copied().unwrap_or_default());
        Tier { hits: after.hits - before.hits, asked: after.asked - before.asked }
    });
    figures.add(name, "reads answered from memory", memory.percent(), "%");
    if redis.asked > 0.0 {
        figures.add(name, "of the others, from Redis", redis.percent(), "%");
    }
    let whole = Tier { hits: memory.hits + redis.hits, asked: memory.asked };
    let what = "reads that the database was spared";
    figures.add_with_aim(name, what, whole.percent(), "%", Aim::Above(90.0));
}

impl Scene {
    /// On PostgreSQL with Redis two nodes, half of the people at each.
    async fn set(database: Database, http: &HttpClient, bytes: &str) -> anyhow::Result<Self> {
        let data = tempfile::tempdir()?;
        let mut settings = database.settings().await?;
        settings.extend(UNHURRIED.map(|(name, value)| (name, value.to_owned())));
        settings.push(("FANFARE_READ_CACHE_BYTES", bytes.to_owned()));
        let redis = std::env::var(REDIS_URL).ok().filter(|_| database == Database::Postgres);
        settings.extend(redis.clone().map(|url| ("REDIS_URL", url)));
        let first = Process::start("serve", &data, &settings).await?;
        first.ready(http).await?;
        let mut nodes = vec![first];
        if let (Some(_), Some(first)) = (redis, nodes.first()) {
            settings.push(("FANFARE_SIMULATOR_URL", first.base.to_string()));
            let second = Process::start("serve", &data, &settings).await?;
            second.ready(http).await?;
            nodes.push(second);
        }
        let base = &nodes.first().context("a node")?.base;
        let client = Client::register(http, base).await?;
        let accounts = client.connect_accounts(ACCOUNTS).await?;
        let due = SystemClock.now().plus(Duration::from_hours(24 * 30));
        let posts = (0..POSTS).map(|number| (format!("Post {number:03} of the page"), accounts.clone()));
        client.create_posts(posts.collect(), due).await?;
        let people = nodes.iter().cycle().take(PEOPLE).map(|node| client.at(&node.base)).collect();
        Ok(Self { nodes, people, _data: data })
    }

    /// Everyone reads, and writes a draft or a template now and then; answers how long each reading took.
    async fn replay(&self) -> anyhow::Result<Times> {
        let end = Instant::now() + TIME;
        let work = self.people.iter().enumerate().map(|(number, person)| async move {
            let mut times = Vec::new();
            // Not all at the same moment.
            let mut done = number;
            while Instant::now() < end {
                done += 1;
                match done % (2 * WRITES) {
                    0 => {
                        let draft = format!("draft {done} of {number}");
                        person.create_post(draft, Vec::new(), None).await?;
                    }
                    WRITES => {
                        let input =
                            json!({ "name": format!("{done} of {number}"), "contentTemplate": "{a}" });
                        person.run(TEMPLATE, json!({ "input": input })).await?;
                    }
                    _ => {
                        let begun = Instant::now();
                        person.run(DASHBOARD, json!({})).await?;
                        times.push(begun.elapsed());
                    }
                }
            }
            anyhow::Ok(times)
        });
        Ok(Times::new(try_join_all(work).await?.concat()))
    }

    /// Memory and Redis, of all nodes together.
    async fn tiers(&self, http: &HttpClient) -> anyhow::Result<[Tier; 2]> {
        let mut tiers = [Tier::default(); 2];
        for node in &self.nodes {
            let url = node.base.join("metrics")?;
            let reply = http.send(http.request(Method::GET, url), PATIENCE).await?;
            let text = String::from_utf8_lossy(&reply.body).into_owned();
            // A whole answer that is kept is one read that memory had.
            let known = "fanfare_whole_answers_total{outcome=\"hit\"}";
            let of_a_tier =
                |line: &&str| line.starts_with("fanfare_cache_reads_total{") || line.starts_with(known);
            for line in text.lines().filter(of_a_tier) {
                let count: f64 = line.rsplit(' ').next().context("a count")?.parse()?;
                let [memory, redis] = &mut tiers;
                let tier = if line.contains("tier=\"redis\"") { redis } else { memory };
                tier.asked += count;
                tier.hits += if line.contains("outcome=\"hit\"") { count } else { 0.0 };
            }
        }
        Ok(tiers)
    }

    /// The node that plays the networks stops last.
    async fn clear(self) -> anyhow::Result<()> {
        for node in self.nodes.into_iter().rev() {
            node.stop().await?;
        }
        Ok(())
    }
}
