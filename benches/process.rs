//! The release binary as a process.

use anyhow::{Context as _, bail};
use fanfare_net::HttpClient;
use reqwest::Method;
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use url::Url;

/// How long a process may take to open its port.
const PATIENCE: Duration = Duration::from_secs(20);
/// Between two looks at `/ready`.
const GLANCE: Duration = Duration::from_millis(2);

/// A running process, killed when it is dropped.
pub struct Process {
    child: Child,
    pub base: Url,
}

impl Process {
    /// Starts `fanfare <command>` on a free port, with these settings and no others, and waits until it listens.
    pub async fn start(
        command: &str,
        data: &TempDir,
        settings: &[(&'static str, String)],
    ) -> anyhow::Result<Self> {
        let mut process = Command::new(env!("CARGO_BIN_EXE_fanfare"));
        process
            .arg(command)
            .env_clear()
            .env("FANFARE_BIND", "127.0.0.1:0")
            .env("FANFARE_DATA", data.path())
            .env("FANFARE_LOG", "error")
            .envs(settings.iter().map(|(name, value)| (*name, value.as_str())));
        if command == "serve" {
            process.env("FANFARE_DEMO", "off");
        }
        Self::spawn(process.current_dir(data.path())).await.with_context(|| format!("fanfare {command}"))
    }

    /// Starts what prints `listening on <address>` once it listens.
    pub async fn spawn(command: &mut Command) -> anyhow::Result<Self> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("no standard output")?).lines();
        let base = tokio::time::timeout(PATIENCE, async {
            while let Some(line) = lines.next_line().await? {
                if let Some((_, address)) = line.split_once("listening on ") {
                    return Ok(Url::parse(address.trim())?);
                }
            }
            bail!("it ended before it listened")
        });
        let base = base.await.context("it does not listen")??;
        // Whatever it prints from here on must not fill the pipe.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Self { child, base })
    }

    /// Waits until `/ready` answers 200.
    pub async fn ready(&self, http: &HttpClient) -> anyhow::Result<()> {
        let url = self.base.join("ready")?;
        let asking = async {
            loop {
                let reply = http.send(http.request(Method::GET, url.clone()), PATIENCE).await;
                if reply.is_ok_and(|reply| reply.status.is_success()) {
                    return;
                }
                tokio::time::sleep(GLANCE).await;
            }
        };
        tokio::time::timeout(PATIENCE, asking).await.context("it does not become ready")
    }

    /// Resident memory in bytes.
    pub fn resident_bytes(&self) -> anyhow::Result<u32> {
        let pid = self.child.id().context("the process has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kilobytes: u32 = line.trim().trim_end_matches(" kB").trim().parse()?;
        kilobytes.checked_mul(1_024).context("over 4 GB")
    }

    /// Asks it to stop and waits for its end.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        let id = self.child.id().and_then(|id| i32::try_from(id).ok());
        if let Some(pid) = id.and_then(rustix::process::Pid::from_raw) {
            rustix::process::kill_process(pid, rustix::process::Signal::TERM)?;
        }
        tokio::time::timeout(PATIENCE, self.child.wait()).await.context("it does not stop")??;
        Ok(())
    }
}
