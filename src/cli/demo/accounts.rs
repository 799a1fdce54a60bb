//! Connecting accounts through OAuth consent.

use super::api::Api;
use crate::cli::out::say;
use anyhow::Context as _;
use reqwest::header::LOCATION;
use serde::Deserialize;
use serde_json::json;
use url::Url;

/// The networks of the demo: the schema's name, and what a person reads.
const NETWORKS: [(&str, &str); 3] = [("TWITTER", "X"), ("INSTAGRAM", "Instagram"), ("YOUTUBE", "YouTube")];

const START: &str = "mutation($input: StartAccountConnectionInput!) { startAccountConnection(input: $input) {
  authorizeUrl userErrors { message code path } } }";
const COMPLETE: &str = "mutation($input: CompleteAccountConnectionInput!) {
  completeAccountConnection(input: $input) { account { id platform handle name } userErrors { message code path } } }";

/// A connected account.
pub struct Account {
    pub id: String,
    /// The schema's name of the network.
    pub platform: String,
    /// Where its simulated network runs.
    pub simulator: Url,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Started {
    authorize_url: Url,
}

#[derive(Deserialize)]
struct Completed {
    account: Connected,
}

#[derive(Deserialize)]
struct Connected {
    id: String,
    platform: String,
    handle: Option<String>,
    name: String,
}

impl Account {
    pub fn label(&self) -> String {
        label(&self.platform)
    }
}

/// What a person reads for the schema's name of a network.
pub fn label(platform: &str) -> String {
    let known = NETWORKS.iter().find(|(name, _)| *name == platform);
    known.map_or(platform, |(_, words)| words).to_owned()
}

/// One account on each network, in the order of the list. `profile` is who consents: on the simulated networks the
/// same name is always the same account.
pub async fn connect_all(api: &Api, profile: &str) -> anyhow::Result<Vec<Account>> {
    let mut accounts = Vec::with_capacity(NETWORKS.len());
    for (platform, words) in NETWORKS {
        accounts.push(
            connect(api, platform, words, profile).await.with_context(|| format!("connecting {words}"))?,
        );
    }
    Ok(accounts)
}

async fn connect(api: &Api, platform: &str, words: &str, profile: &str) -> anyhow::Result<Account> {
    let input = json!({ "platform": platform });
    let started: Started = api.mutate("startAccountConnection", START, input).await?;
    let mut consent = started.authorize_url;
    // What is shown here must not be published to people.
    let simulator = simulator_of(&consent).with_context(|| {
        format!("{words} is not simulated on this server: the demo would publish for real")
    })?;
    consent.query_pairs_mut().append_pair("simulate_profile", profile);
    let answer = api.get(consent).await?;
    let callback = answer.header(LOCATION.as_str()).context("the consent page led nowhere")?;
    let callback = Url::parse(callback).context("the way back from the consent page")?;
    let parameter = |name: &str| {
        let found = callback.query_pairs().find(|(key, _)| key == name);
        found.map(|(_, value)| value.into_owned()).with_context(|| format!("the network sent no {name}"))
    };
    let input = json!({ "state": parameter("state")?, "code": parameter("code")? });
    let Completed { account } = api.mutate("completeAccountConnection", COMPLETE, input).await?;
    say!("  {words:<12} {}", account.handle.map_or(account.name, |handle| format!("@{handle}")));
    Ok(Account { id: account.id, platform: account.platform, simulator })
}

/// The simulator behind a consent page; `None` where the page is a real network's.
fn simulator_of(consent: &Url) -> Option<Url> {
    consent.path().starts_with("/simulator/").then(|| consent.join("/simulator/").ok()).flatten()
}
