//! A Redis of a test's own: its channels and keys are the workspaces' numbers, which every test's database counts from 1.

use super::process::Process;
use std::net::TcpListener;
use tempfile::TempDir;
use tokio::process::Command;

/// A running Redis that keeps nothing on disk.
pub struct RedisServer {
    process: Process,
    port: u16,
    folder: TempDir,
}

impl RedisServer {
    pub async fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).unwrap().port();
        let folder = TempDir::with_prefix("fanfare-test-").unwrap();
        let process = spawn(port, &folder).await;
        Self { process, port, folder }
    }

    /// For `REDIS_URL`.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// For kill, pause and resume.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// Empty again, on the same port.
    pub async fn restart(&mut self) {
        self.process.kill9().await;
        self.process = spawn(self.port, &self.folder).await;
    }
}

async fn spawn(port: u16, folder: &TempDir) -> Process {
    let mut command = Command::new("redis-server");
    command
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
        .current_dir(folder.path());
    let is_ready = |line: &str| line.contains("Ready to accept connections").then_some(());
    Process::start("redis-server", command, is_ready).await.0
}

#[tokio::test]
async fn a_redis_answers_again_after_a_restart() {
    let mut redis = RedisServer::start().await;
    let ping = async |url: String| {
        let mut connection =
            redis::Client::open(url).unwrap().get_multiplexed_async_connection().await.unwrap();
        redis::cmd("PING").query_async::<String>(&mut connection).await.unwrap()
    };
    assert_eq!(ping(redis.url()).await, "PONG");
    redis.restart().await;
    assert_eq!(ping(redis.url()).await, "PONG");
}
