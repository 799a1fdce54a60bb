//! The server that the demo talks to.

use crate::app::App;
use anyhow::{Context as _, bail};
use fanfare_config::Config;
use fanfare_net::HttpClient;

use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;

/// How long a server may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long the demo's own server may take to stop.
const FAREWELL: Duration = Duration::from_secs(5);

/// The settings of the demo's own server, whatever the environment says.
const SETTINGS: [(&str, &str); 4] = [
    ("FANFARE_BIND", "127.0.0.1:0"),
    ("FANFARE_SIMULATOR", "on"),
    ("FANFARE_DEMO", "off"),
    ("FANFARE_LOG", "error"),
];

/// A server in this process that leaves nothing behind.
pub struct OwnServer {
    pub base: Url,
    stop: CancellationToken,
    running: JoinHandle<anyhow::Result<()>>,
    _data: TempDir,
}

impl OwnServer {
    pub async fn start() -> anyhow::Result<Self> {
        let data = tempfile::tempdir().context("a folder for the demo's data")?;
        let folder = data.path().to_str().context("the temporary folder's path is not UTF-8")?.to_owned();
        let mut config = Config::from_env(|name| match name {
            "FANFARE_DATA" => Some(folder.clone()),
            _ => SETTINGS.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()),
        })?;
        config.load_or_create_secrets()?;
        fanfare_telemetry::init_log(&config.log, config.log_format)?;
        let app = App::build(config, fanfare_telemetry::install_metrics()?).await?;
        let (base, stop) = (app.public_base(), app.stop());
        Ok(Self { base, stop, running: tokio::spawn(app.run()), _data: data })
    }

    /// Waits until the server has stopped, a few seconds at most.
    pub async fn stop(self) {
        self.stop.cancel();
        // The outcome of the demo is known already: a server that does not stop ends with the process.
        let _ = tokio::time::timeout(FAREWELL, self.running).await;
    }
}

/// The server that a person named, if it is one that the demo can use.
pub async fn named(http: &HttpClient, mut url: Url) -> anyhow::Result<Url> {
    if url.scheme() != "http" || url.query().is_some() || url.fragment().is_some() {
        bail!("--url: {url} is not the base of a server, such as http://127.0.0.1:8000/");
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    if !answers(http, &url).await {
        bail!("--url: no Fanfare answers at {url}");
    }
    Ok(url)
}

/// The server at the address that the settings name, if one runs there.
pub async fn running(http: &HttpClient, config: &Config) -> Option<Url> {
    if config.bind.port() == 0 {
        return None;
    }
    let base = Config { public_url: None, ..config.clone() }.public_base(config.bind);
    answers(http, &base).await.then_some(base)
}

/// Whether it is a server of this product that answers.
async fn answers(http: &HttpClient, base: &Url) -> bool {
    let Ok(url) = base.join("graphql") else { return false };
    let body = json!({ "query": "{ __typename viewer { user { id } } }" });
    let Ok(reply) = http.send(http.request(Method::POST, url).json(&body), PATIENCE).await else {
        return false;
    };
    let answer: Option<Value> = reply.json().ok();
    answer.is_some_and(|answer| answer.pointer("/data/__typename") == Some(&json!("Query")))
}
