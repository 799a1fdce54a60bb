//! Raw sockets that say what they like, and as little of it as they like.

use crate::support::server::Server;
use crate::support::waiting::eventually;
use reqwest::Method;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Until the server has done what it is waited for.
pub const LIMIT: Duration = Duration::from_secs(30);
/// Files of the tests' own process that are no sockets of a crowd.
const OTHER_FILES: u64 = 200;

/// A client that is not bound by what a library thinks is a request.
pub struct Raw(TcpStream);

impl Raw {
    pub async fn connect(server: &Server) -> Self {
        Self(TcpStream::connect(address(server)).await.expect("the server's port is open"))
    }

    /// Connects and says this much.
    pub async fn saying(server: &Server, words: &str) -> Self {
        let mut raw = Self::connect(server).await;
        raw.say(words.as_bytes()).await;
        raw
    }

    /// False where the server has closed the connection.
    pub async fn say(&mut self, words: &[u8]) -> bool {
        self.0.write_all(words).await.is_ok()
    }

    /// The status of the answer; `None` where the connection ends without one.
    pub async fn status(&mut self) -> Option<u16> {
        let mut head = [0; 12];
        let read = timeout(LIMIT, self.0.read_exact(&mut head)).await.expect("the server answers or closes");
        read.ok()?;
        std::str::from_utf8(&head).ok()?.strip_prefix("HTTP/1.1 ")?.parse().ok()
    }
}

/// Many connections that are held open as long as the server leaves them.
pub struct Crowd {
    sockets: VecDeque<Raw>,
    room: usize,
}

impl Crowd {
    pub fn new() -> Self {
        let limit = getrlimit(Resource::Nofile);
        // Where it cannot be raised, the crowd lets go of its oldest sockets.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
        let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::from(u32::MAX));
        let room = usize::try_from(files.saturating_sub(OTHER_FILES)).unwrap_or(usize::MAX).max(1);
        Self { sockets: VecDeque::new(), room }
    }

    /// Opens so many connections, each of which says `words` and no more.
    pub async fn open(&mut self, server: &Server, count: usize, words: &str) {
        for _ in 0..count {
            if self.sockets.len() >= self.room {
                self.sockets.pop_front();
            }
            self.sockets.push_back(Raw::saying(server, words).await);
        }
    }

    /// Each of them says this much more; how many could.
    pub async fn say(&mut self, words: &[u8]) -> usize {
        let mut heard = 0;
        for socket in &mut self.sockets {
            heard += usize::from(socket.say(words).await);
        }
        heard
    }
}

fn address(server: &Server) -> SocketAddr {
    let port = server.url().port().expect("the announced address has a port");
    SocketAddr::from(([127, 0, 0, 1], port))
}

/// The head of a POST and the beginning of its body.
pub fn post(path: &str, headers: &str, declared: u64, begun: &str) -> String {
    let length = format!("content-length: {declared}\r\n");
    format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n{headers}{length}\r\n{begun}"
    )
}

/// What the server measures under a name, its labels included; `None` where it does not answer or measures no such
/// thing.
pub async fn measured(server: &Server, name: &str) -> Option<f64> {
    let asked = server.graphql().request(Method::GET, "/metrics").send().await.ok()?;
    let text = asked.text().await.ok()?;
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
    value.parse().ok()
}

/// The measure once `wanted` holds for it.
pub async fn measured_when(server: &Server, name: &str, wanted: impl Fn(f64) -> bool) -> f64 {
    let found = eventually(LIMIT, name, async || measured(server, name).await.filter(|value| wanted(*value)));
    found.await
}
