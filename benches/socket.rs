//! A WebSocket client (RFC 6455) that costs next to nothing, so that ten thousand of them measure the server.

use anyhow::{Context as _, bail, ensure};
use serde::Deserialize;
use serde_json::json;
use std::net::SocketAddr;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

/// What is read at once, in bytes: an event and what stands around it.
const READ_BYTES: usize = 512;
/// In place of a length: it follows in 16 bits.
const SHORT_LENGTH: u8 = 0x7e;
/// In place of a length: it follows in 64 bits.
const LONG_LENGTH: u8 = 0x7f;
const TEXT: u8 = 1;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

/// A connection that speaks `graphql-transport-ws`.
pub struct Socket {
    stream: TcpStream,
    /// What was read and not yet used.
    buffer: Vec<u8>,
}

#[derive(Deserialize)]
struct Said<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
}

struct Frame {
    opcode: u8,
    payload: Vec<u8>,
}

impl Socket {
    /// Connects, signs in, and asks for the events of `subscription`.
    pub async fn subscribe(address: SocketAddr, token: &str, subscription: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let mut socket = Self { stream, buffer: Vec::new() };
        let request = format!(
            "GET /graphql/ws HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
        );
        socket.stream.write_all(request.as_bytes()).await?;
        socket.read_upgrade().await?;
        let credentials = json!({ "Authorization": format!("Bearer {token}") });
        socket.say(&json!({ "type": "connection_init", "payload": credentials }).to_string()).await?;
        ensure!(socket.hear().await? == "connection_ack", "the connection was not acknowledged");
        let payload = json!({ "query": subscription });
        socket.say(&json!({ "id": "1", "type": "subscribe", "payload": payload }).to_string()).await?;
        socket.buffer = Vec::new();
        Ok(socket)
    }

    /// Waits for the next event.
    pub async fn next_event(&mut self) -> anyhow::Result<()> {
        loop {
            match self.hear().await?.as_str() {
                "next" => return Ok(()),
                "ping" => self.say(r#"{"type":"pong"}"#).await?,
                "pong" => {}
                kind => bail!("the server said {kind}"),
            }
        }
    }

    async fn read_upgrade(&mut self) -> anyhow::Result<()> {
        const END: &[u8] = b"\r\n\r\n";
        loop {
            if let Some(end) = self.buffer.windows(END.len()).position(|window| window == END) {
                let head: Vec<u8> = self.buffer.drain(..end + END.len()).collect();
                let head = String::from_utf8_lossy(&head);
                ensure!(head.starts_with("HTTP/1.1 101 "), "answered {}", head.lines().next().unwrap_or(""));
                return Ok(());
            }
            self.fill().await?;
        }
    }

    /// The type of the next message.
    async fn hear(&mut self) -> anyhow::Result<String> {
        loop {
            let Frame { opcode, payload } = self.frame().await?;
            match opcode {
                TEXT => {
                    let said: Said<'_> = serde_json::from_slice(&payload)?;
                    let words = if said.kind == "error" {
                        String::from_utf8_lossy(&payload)
                    } else {
                        said.kind.into()
                    };
                    return Ok(words.into_owned());
                }
                PING => self.send(PONG, &payload).await?,
                CLOSE => bail!("closed: {}", String::from_utf8_lossy(payload.get(2..).unwrap_or_default())),
                _ => {}
            }
        }
    }

    async fn frame(&mut self) -> anyhow::Result<Frame> {
        loop {
            if let Some((opcode, start, length)) = header(&self.buffer)?
                && let Some(payload) = self.buffer.get(start..start + length)
            {
                let payload = payload.to_vec();
                self.buffer.drain(..start + length);
                if self.buffer.is_empty() {
                    self.buffer = Vec::new();
                }
                return Ok(Frame { opcode, payload });
            }
            self.fill().await?;
        }
    }

    async fn fill(&mut self) -> anyhow::Result<()> {
        // No buffer is held while nothing arrives.
        self.stream.readable().await?;
        let mut bytes = [0; READ_BYTES];
        match self.stream.try_read(&mut bytes) {
            Ok(0) => bail!("the connection was cut"),
            Ok(read) => {
                self.buffer.extend_from_slice(bytes.get(..read).context("read too much")?);
                Ok(())
            }
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn say(&mut self, message: &str) -> anyhow::Result<()> {
        self.send(TEXT, message.as_bytes()).await
    }

    /// Sends a frame, masked with zeros: a mask is required, its value is not.
    async fn send(&mut self, opcode: u8, payload: &[u8]) -> anyhow::Result<()> {
        let mut frame = vec![0x80 | opcode];
        match u8::try_from(payload.len()) {
            Ok(length) if length < SHORT_LENGTH => frame.push(0x80 | length),
            _ => {
                frame.push(0x80 | SHORT_LENGTH);
                frame.extend(u16::try_from(payload.len())?.to_be_bytes());
            }
        }
        frame.extend([0; 4]);
        frame.extend_from_slice(payload);
        Ok(self.stream.write_all(&frame).await?)
    }
}

/// Opcode, start and length of the payload, once the header is complete.
fn header(bytes: &[u8]) -> anyhow::Result<Option<(u8, usize, usize)>> {
    let (Some(first), Some(second)) = (bytes.first(), bytes.get(1)) else { return Ok(None) };
    ensure!(first & 0x80 != 0, "a message in pieces");
    let opcode = first & 0x0f;
    Ok(match *second {
        SHORT_LENGTH => bytes.get(2..4).and_then(|length| length.try_into().ok()).map(|length| {
            let length = u16::from_be_bytes(length);
            (opcode, 4, usize::from(length))
        }),
        LONG_LENGTH.. => bail!("a message of 64 KiB or more"),
        length => Some((opcode, 2, usize::from(length))),
    })
}
