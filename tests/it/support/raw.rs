//! A raw socket that says what it likes, and as little of it as it likes.

use super::server::Server;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Until the server has done what it is waited for; longer than a body may take by default.
pub const LIMIT: Duration = Duration::from_mins(1);

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

/// The head of a POST of JSON and the beginning of its body.
pub fn post(path: &str, headers: &str, declared: u64, begun: &str) -> String {
    let length = format!("content-length: {declared}\r\n");
    format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n{headers}{length}\r\n{begun}"
    )
}

/// The same of a form whose parts are parted by `b`.
pub fn post_form(path: &str, headers: &str, declared: u64, begun: &str) -> String {
    post(path, headers, declared, begun).replacen("application/json", "multipart/form-data; boundary=b", 1)
}

/// The head of a part of such a form.
pub fn part(name: &str, more: &str) -> String {
    format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"{more}\r\n\r\n")
}

fn address(server: &Server) -> SocketAddr {
    let port = server.url().port().expect("the announced address has a port");
    SocketAddr::from(([127, 0, 0, 1], port))
}
