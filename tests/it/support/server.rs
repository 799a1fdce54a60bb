//! The real server, `fanfare serve`.

use super::database::Database;
use super::graphql::Graphql;
use super::process::Process;
use super::simulator::SimulatorProcess;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use tokio::process::Command;
use url::Url;

/// A running server. Dropping it kills it.
pub struct Server {
    process: Process,
    url: Url,
    settings: Settings,
}

/// What a server is started with. Nothing of the tests' own environment reaches it.
pub struct Settings {
    folder: PathBuf,
    environment: BTreeMap<String, String>,
    /// How many files it may open: the soft limit and the hard one.
    open_files: Option<(u32, u32)>,
    /// How large a file may become that it writes, in blocks of 512 bytes.
    file_blocks: Option<u32>,
}

impl Server {
    /// A server with the tests' settings.
    pub async fn start(db: &Database) -> Self {
        Self::on(db).start().await
    }

    /// A server whose settings can be changed before it starts.
    pub fn on(db: &Database) -> Settings {
        let folder = db.folder().to_owned();
        let settings = Settings { folder, environment: BTreeMap::new(), open_files: None, file_blocks: None };
        settings
            .set("DATABASE_URL", db.url())
            .set("FANFARE_BIND", "127.0.0.1:0")
            .set("FANFARE_DATA", &db.folder().display().to_string())
            .set("FANFARE_DEMO", "off")
            // Limits are tested where a test lowers them.
            .set("FANFARE_COST_PER_MINUTE", "1000000000")
            .set("FANFARE_KEY_COST_PER_MINUTE", "1000000000")
            .set("FANFARE_ADDRESS_COST_PER_MINUTE", "1000000000")
            .set("FANFARE_CREATES_PER_MINUTE", "1000000")
            .set("FANFARE_OAUTH_STARTS_PER_MINUTE", "1000000")
            .set("FANFARE_SIGN_INS_PER_MINUTE", "1000000")
            .set("FANFARE_REFRESHES_PER_MINUTE", "1000000")
            .set("FANFARE_FAILED_SIGN_INS_PER_MINUTE", "1000000")
            .set("FANFARE_REGISTRATIONS_PER_MINUTE", "1000000")
            .set("FANFARE_WORKSPACES_PER_USER", "0")
            .set("FANFARE_OWNED_WORKSPACES_PER_USER", "0")
            .set("FANFARE_WORKSPACE_STORAGE_BYTES", "0")
            .set("FANFARE_WORKSPACE_OPEN_POSTS", "0")
            .set("FANFARE_WORKSPACE_POSTS_PER_DAY", "0")
            // Waits that are long for people's sake.
            .set("FANFARE_SIMULATOR_LATENCY_MS", "0")
            .set("FANFARE_BACKOFF_BASE_MS", "50")
            .set("FANFARE_BACKOFF_CAP_MS", "500")
            .set("FANFARE_SETTLE_SECONDS", "1")
            // Inboxes are looked at where a test wants it.
            .set("FANFARE_INBOX_POLL_SECONDS", "86400")
            .set("FANFARE_LOG", "info,fanfare=debug")
            .set("RUST_BACKTRACE", "1")
    }

    /// Such as `http://127.0.0.1:41234/`.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// A client without a token.
    pub fn graphql(&self) -> Graphql {
        Graphql::new(&self.url)
    }

    /// What it measures of itself.
    pub async fn metrics(&self) -> String {
        let asked = self.graphql().request(reqwest::Method::GET, "/metrics").send().await.unwrap();
        asked.text().await.unwrap()
    }

    /// For signals and the log.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// The same with another value of a setting.
    pub async fn restart_with(&mut self, name: &str, value: &str) {
        self.settings.environment.insert(name.to_owned(), value.to_owned());
        self.restart().await;
    }

    /// Kills the server if it still runs, and starts it on the same data and the same port.
    pub async fn restart(&mut self) {
        self.process.kill9().await;
        let address = format!("127.0.0.1:{}", self.url.port().expect("the announced address has a port"));
        self.settings.environment.insert("FANFARE_BIND".to_owned(), address);
        (self.process, self.url) = self.settings.spawn().await;
    }
}

impl Settings {
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Such as `worker`.
    #[must_use]
    pub fn roles(self, roles: &str) -> Self {
        self.set("FANFARE_ROLES", roles)
    }

    #[must_use]
    pub fn redis(self, url: &str) -> Self {
        self.set("REDIS_URL", url)
    }

    /// The networks are played by `simulator`, which survives this server.
    #[must_use]
    pub fn simulator(self, simulator: &SimulatorProcess) -> Self {
        self.set("FANFARE_SIMULATOR_URL", simulator.url().as_str())
    }

    /// Answers tell how many SQL statements they took: [`super::GraphqlAnswer::statements`]. Nothing is answered from
    /// memory, which would hide them.
    #[must_use]
    pub fn counting_statements(self) -> Self {
        self.set("FANFARE_COUNT_STATEMENTS", "on").without_read_cache()
    }

    /// Every read goes to the database.
    #[must_use]
    pub fn without_read_cache(self) -> Self {
        self.set("FANFARE_READ_CACHE_BYTES", "0")
    }

    /// The limits of open files that it is started with; the lower ones of the tests' own process hold all the same.
    #[must_use]
    pub fn open_files(self, soft: u32, hard: u32) -> Self {
        Self { open_files: Some((soft, hard)), ..self }
    }

    /// No file that it writes becomes larger, as if the disk were full then. In blocks of 512 bytes.
    #[must_use]
    pub fn file_blocks(self, blocks: u32) -> Self {
        Self { file_blocks: Some(blocks), ..self }
    }

    pub async fn start(self) -> Server {
        let (process, url) = self.spawn().await;
        Server { process, url, settings: self }
    }

    async fn spawn(&self) -> (Process, Url) {
        let program = env!("CARGO_BIN_EXE_fanfare");
        let files =
            self.open_files.map(|(soft, hard)| format!("ulimit -S -n {soft} && ulimit -H -n {hard} && "));
        // A write beyond the limit fails, instead of ending the process.
        let size = self.file_blocks.map(|blocks| format!("trap '' XFSZ && ulimit -f {blocks} && "));
        let limits: String = files.into_iter().chain(size).collect();
        let mut command = if limits.is_empty() {
            Command::new(program)
        } else {
            let mut shell = Command::new("sh");
            shell.arg("-c").arg(format!("{limits}exec \"$0\" \"$@\"")).arg(program);
            shell
        };
        // The folder holds no `.env`, and nor does any above it.
        command.arg("serve").env_clear().envs(&self.environment).current_dir(&self.folder);
        // Programs that the server looks for, such as ffprobe.
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        Process::start("fanfare serve", command, |line| announced(line, "listening on ")).await
    }
}

/// The address in a line such as `listening on http://127.0.0.1:8000`, which may be the message of a line in JSON.
pub fn announced(line: &str, words: &str) -> Option<Url> {
    let json: Option<Value> = serde_json::from_str(line).ok();
    let line = json.as_ref().and_then(|json| json["message"].as_str()).unwrap_or(line);
    Url::parse(line.strip_prefix(words)?.split_whitespace().next()?).ok()
}

#[test]
fn the_address_is_read_from_the_announcing_line() {
    let url = announced("listening on http://127.0.0.1:41234", "listening on ").unwrap();
    assert_eq!(url.port(), Some(41234));
    assert_eq!(announced("2026-01-01 INFO listening on http://127.0.0.1:1", "listening on "), None);
    assert_eq!(announced("listening on", "listening on "), None);
    let json = r#"{"address":"http://127.0.0.1:1","message":"listening on http://127.0.0.1:41234"}"#;
    assert_eq!(announced(json, "listening on "), Some(url));
}
