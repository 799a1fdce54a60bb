//! `postStatus` over a WebSocket, by the `graphql-transport-ws` protocol.

use super::api::Api;
use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use futures_util::{SinkExt as _, StreamExt as _};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::http::header::SEC_WEBSOCKET_PROTOCOL;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

const PROTOCOL: HeaderValue = HeaderValue::from_static("graphql-transport-ws");
const POST_STATUS: &str = "subscription($post: ID!) { postStatus(postId: $post) {
  at to error { message } target { platform } post { scheduledAt } } }";

/// An open connection that the server has acknowledged.
pub struct Subscription {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// The new status of one target, or of the post as a whole.
#[derive(Deserialize)]
pub struct StatusUpdate {
    pub at: DateTime<Utc>,
    pub to: Option<String>,
    pub error: Option<Reason>,
    /// `None`: the status is the post's.
    pub target: Option<Target>,
    pub post: Due,
}

#[derive(Deserialize)]
pub struct Reason {
    pub message: String,
}

#[derive(Deserialize)]
pub struct Target {
    pub platform: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Due {
    pub scheduled_at: Option<DateTime<Utc>>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Said {
    ConnectionAck,
    Ping,
    Pong,
    Next { payload: Answer },
    Error { payload: Vec<Reason> },
    Complete,
}

#[derive(Deserialize)]
struct Answer {
    data: Option<Data>,
    #[serde(default)]
    errors: Vec<Reason>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    post_status: StatusUpdate,
}

impl Subscription {
    /// Connects, and signs in as the client is.
    pub async fn open(api: &Api) -> anyhow::Result<Self> {
        let mut url = api.base().join("graphql/ws")?;
        let scheme = if url.scheme() == "https" { "wss" } else { "ws" };
        if url.set_scheme(scheme).is_err() {
            bail!("{url} has no WebSocket");
        }
        let mut request = url.as_str().into_client_request()?;
        request.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, PROTOCOL);
        let (socket, _) = tokio_tungstenite::connect_async(request).await?;
        let mut subscription = Self { socket };
        let token = format!("Bearer {}", api.token());
        let init = json!({ "type": "connection_init", "payload": { "Authorization": token } });
        subscription.say(&init).await?;
        match subscription.hear().await? {
            Said::ConnectionAck => Ok(subscription),
            _ => bail!("the server did not acknowledge the connection"),
        }
    }

    /// Subscribes to the status of a post.
    pub async fn follow_post(&mut self, post: &str) -> anyhow::Result<()> {
        let payload = json!({ "query": POST_STATUS, "variables": { "post": post } });
        self.say(&json!({ "id": "1", "type": "subscribe", "payload": payload })).await
    }

    /// The next status; waits as long as it takes.
    pub async fn next(&mut self) -> anyhow::Result<StatusUpdate> {
        loop {
            match self.hear().await? {
                Said::Next { payload } => {
                    if let Some(error) = payload.errors.first() {
                        bail!("postStatus: {}", error.message);
                    }
                    return Ok(payload.data.context("postStatus: an event without data")?.post_status);
                }
                Said::Error { payload } => {
                    bail!("postStatus: {}", payload.first().map_or("refused", |error| error.message.as_str()))
                }
                Said::Complete => bail!("postStatus: the server ended the subscription"),
                Said::Ping => self.say(&json!({ "type": "pong" })).await?,
                Said::ConnectionAck | Said::Pong => {}
            }
        }
    }

    async fn say(&mut self, message: &Value) -> anyhow::Result<()> {
        Ok(self.socket.send(Message::text(message.to_string())).await?)
    }

    async fn hear(&mut self) -> anyhow::Result<Said> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => {
                    return serde_json::from_str(&text).context("a message that the protocol does not know");
                }
                Some(Ok(Message::Close(frame))) => {
                    let words = frame.map_or_else(String::new, |frame| format!(" ({frame})"));
                    bail!("the server closed the WebSocket{words}");
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error.into()),
                None => bail!("the server closed the WebSocket"),
            }
        }
    }
}
