//! Load over connections that stay open, each with one request under way at a time.

use super::percentile::Times;
use anyhow::{Context as _, ensure};
use futures_util::future::try_join_all;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use url::Url;

/// The largest answer, in bytes.
const MAX_ANSWER: usize = 1 << 20;

/// What a load came to.
pub struct Load {
    pub requests_per_second: f64,
    pub latencies: Times,
}

/// A GraphQL request, ready to be sent again and again.
pub struct Request {
    address: SocketAddr,
    bytes: Vec<u8>,
}

impl Request {
    pub fn new(base: &Url, token: &str, body: &str) -> anyhow::Result<Self> {
        let address = base.socket_addrs(|| None)?.first().copied().context("no address")?;
        let head = format!(
            "POST /graphql HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nAccept: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        Ok(Self { address, bytes: [head.as_bytes(), body.as_bytes()].concat() })
    }

    /// One answer's body.
    pub async fn answer(&self) -> anyhow::Result<Vec<u8>> {
        Connection::open(self).await?.exchange(self).await.map(<[u8]>::to_vec)
    }

    /// Sends over `connections` for `time` after `warm_up`. Every answer must be 200 and as long as `expected`.
    pub async fn load(
        &self,
        connections: usize,
        warm_up: Duration,
        time: Duration,
        expected: usize,
    ) -> anyhow::Result<Load> {
        let (begin, end) = (Instant::now() + warm_up, Instant::now() + warm_up + time);
        let latencies = try_join_all((0..connections).map(|_| self.send_until(begin, end, expected))).await?;
        let latencies = Times::new(latencies.concat());
        let count = f64::from(u32::try_from(latencies.len())?);
        Ok(Load { requests_per_second: count / time.as_secs_f64(), latencies })
    }

    async fn send_until(
        &self,
        begin: Instant,
        end: Instant,
        expected: usize,
    ) -> anyhow::Result<Vec<Duration>> {
        let mut connection = Connection::open(self).await?;
        let mut latencies = Vec::new();
        loop {
            let sent = Instant::now();
            if sent >= end {
                return Ok(latencies);
            }
            let length = connection.exchange(self).await?.len();
            ensure!(length == expected, "an answer of {length} bytes in place of {expected}");
            let answered = Instant::now();
            if sent >= begin && answered < end {
                latencies.push(answered - sent);
            }
        }
    }
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(request: &Request) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(request.address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; 32 << 10] })
    }

    /// Sends the request and reads the answer's body.
    async fn exchange(&mut self, request: &Request) -> anyhow::Result<&[u8]> {
        self.stream.write_all(&request.bytes).await?;
        let mut filled = 0;
        loop {
            let free = self.buffer.get_mut(filled..).unwrap_or_default();
            let read = self.stream.read(free).await?;
            ensure!(read > 0, "the connection was closed");
            filled += read;
            let have = self.buffer.get(..filled).unwrap_or_default();
            if let Some((start, length)) = body_of(have)? {
                ensure!(length <= MAX_ANSWER, "an answer of {length} bytes");
                let end = start + length;
                if filled >= end {
                    return self.buffer.get(start..end).context("an answer out of bounds");
                }
                if self.buffer.len() < end {
                    self.buffer.resize(end, 0);
                }
            }
        }
    }
}

/// Where the body starts and how long it is, once the head is complete.
fn body_of(answer: &[u8]) -> anyhow::Result<Option<(usize, usize)>> {
    const END: &[u8] = b"\r\n\r\n";
    let Some(end) = answer.windows(END.len()).position(|window| window == END) else { return Ok(None) };
    let head = std::str::from_utf8(answer.get(..end).unwrap_or_default())?;
    ensure!(head.starts_with("HTTP/1.1 200 "), "answered {}", head.lines().next().unwrap_or_default());
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    Ok(Some((end + END.len(), length.context("an answer without Content-Length")?)))
}
