//! A server next to simulated networks that answer without delay, each a process of its own.

use super::client::{Client, UNHURRIED};
use super::database::Database;
use super::process::Process;
use anyhow::ensure;
use fanfare_net::HttpClient;
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(20);

/// The two processes, and a person who is signed in.
pub struct Trial {
    pub client: Client,
    simulator: Process,
    server: Process,
    http: HttpClient,
    _data: [TempDir; 2],
}

/// What the simulated networks hold.
#[derive(Deserialize)]
pub struct Report {
    pub accounts: Vec<AccountReport>,
}

/// What an account has posted.
#[derive(Deserialize)]
pub struct AccountReport {
    pub posts: Vec<PostReport>,
}

/// A post as the network has it.
#[derive(Deserialize)]
pub struct PostReport {
    pub text: String,
}

impl Trial {
    /// Starts both. The networks' posting quotas are lifted.
    pub async fn start(database: Database, settings: &[(&'static str, &str)]) -> anyhow::Result<Self> {
        let http = HttpClient::new()?;
        let data = [tempfile::tempdir()?, tempfile::tempdir()?];
        let [networks, own] = &data;
        let latency = ("FANFARE_SIMULATOR_LATENCY_MS", "0".to_owned());
        let simulator = Process::start("simulator", networks, &[latency]).await?;
        let url = simulator.base.join("simulator/limits")?;
        let lifted = http.request(Method::PUT, url).json(&json!({ "enforced": false }));
        let status = http.send(lifted, PATIENCE).await?.status;
        ensure!(status.is_success(), "the simulator's limits: {status}");

        let mut all = database.settings().await?;
        all.extend(UNHURRIED.iter().chain(settings).map(|(name, value)| (*name, (*value).to_owned())));
        all.push(("FANFARE_SIMULATOR_URL", simulator.base.to_string()));
        let server = Process::start("serve", own, &all).await?;
        server.ready(&http).await?;
        let client = Client::register(&http, &server.base).await?;
        Ok(Self { client, simulator, server, http, _data: data })
    }

    /// What the networks have.
    pub async fn report(&self) -> anyhow::Result<Report> {
        let url = self.simulator.base.join("simulator/report")?;
        Ok(self.http.send(self.http.request(Method::GET, url), PATIENCE).await?.json()?)
    }

    /// Stops the server, then the networks.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.server.stop().await?;
        self.simulator.stop().await
    }
}
