//! The simulated networks as a process of their own, `fanfare simulator`: they survive a server's death, as real ones do.

use super::process::Process;
use super::server::announced;
use fanfare_net::HttpClient;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;
use url::Url;

/// A running simulator. Dropping it kills it and forgets what was posted.
pub struct SimulatorProcess {
    process: Process,
    url: Url,
    folder: TempDir,
    settings: Vec<(&'static str, &'static str)>,
    http: HttpClient,
}

impl SimulatorProcess {
    /// One that answers without delay.
    pub async fn start() -> Self {
        Self::start_with(&[("FANFARE_SIMULATOR_LATENCY_MS", "0")]).await
    }

    /// One with settings of its own. Nobody says anything of their own accord: a busy machine takes longer for a test
    /// than people take to comment on its posts, and then the test counts what it did not order.
    pub async fn start_with(settings: &[(&'static str, &'static str)]) -> Self {
        let folder = TempDir::with_prefix("fanfare-test-").unwrap();
        let settings = settings.to_vec();
        let (process, url) = spawn("127.0.0.1:0", &folder, &settings).await;
        let started = Self { process, url, folder, settings, http: HttpClient::new().unwrap() };
        started.call(Method::PUT, "simulator/audience", Some(&json!({ "talks": false }))).await;
        started
    }

    /// For `FANFARE_SIMULATOR_URL`.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// For signals and the log.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// Kills the simulator if it still runs, and starts it on the same state and the same port.
    pub async fn restart(&mut self) {
        self.process.kill9().await;
        let address = format!("127.0.0.1:{}", self.url.port().expect("the announced address has a port"));
        (self.process, self.url) = spawn(&address, &self.folder, &self.settings).await;
    }

    /// Orders faults: `POST /simulator/faults`. Returns the answer.
    pub async fn faults(&self, faults: &Value) -> Value {
        self.call(Method::POST, "simulator/faults", Some(faults)).await
    }

    /// The faults that have calls left to hit: `GET /simulator/faults`.
    pub async fn waiting_faults(&self) -> Value {
        self.call(Method::GET, "simulator/faults", None).await
    }

    /// Has somebody say something to an account: `POST /simulator/inbox`. Returns what was said.
    pub async fn say(&self, saying: &Value) -> Value {
        self.call(Method::POST, "simulator/inbox", Some(saying)).await
    }

    /// What the networks hold: `GET /simulator/report`.
    pub async fn report(&self) -> Value {
        self.call(Method::GET, "simulator/report", None).await
    }

    /// Every row that the networks have written, secrets included: the lines of the simulator's journal.
    pub fn journal(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.folder.path().join("simulator.journal")).unwrap();
        let transactions = text.lines().map(|line| serde_json::from_str::<Vec<Value>>(line).unwrap());
        transactions.flatten().collect()
    }

    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let mut request = self.http.request(method, self.url.join(path).unwrap());
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.expect("the simulator answers");
        let (status, text) = (response.status(), response.text().await.unwrap());
        assert!(status.is_success(), "{path}: {status} {text}");
        if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() }
    }
}

async fn spawn(address: &str, folder: &TempDir, settings: &[(&str, &str)]) -> (Process, Url) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fanfare"));
    command
        .arg("simulator")
        .env_clear()
        .env("FANFARE_BIND", address)
        .env("FANFARE_DATA", folder.path())
        .envs(settings.iter().copied())
        .current_dir(folder.path());
    Process::start("fanfare simulator", command, |line| announced(line, "simulator listening on ")).await
}
