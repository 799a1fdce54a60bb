//! A client of graphql-transport-ws that shows every frame.

use super::answer_check::{Asked, Json};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::protocol::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use url::Url;

/// Until the server says something that it has to say at once.
const ANSWER: Duration = Duration::from_secs(10);

/// An open WebSocket at `/graphql/ws`. Dropping it cuts the connection without a word.
pub struct GraphqlSocket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// What each id of an operation has asked.
    asked: HashMap<String, Asked>,
}

impl GraphqlSocket {
    /// Opens the socket and says nothing yet.
    pub async fn open(base: &Url) -> Self {
        Self::open_with(base, &[]).await
    }

    /// The same, with headers of its own.
    pub async fn open_with(base: &Url, headers: &[(String, String)]) -> Self {
        let mut url = base.join("/graphql/ws").unwrap();
        url.set_scheme("ws").unwrap();
        let mut request = url.as_str().into_client_request().unwrap();
        let protocol = HeaderValue::from_static("graphql-transport-ws");
        request.headers_mut().insert("Sec-WebSocket-Protocol", protocol.clone());
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            request.headers_mut().append(name, HeaderValue::from_str(value).unwrap());
        }
        let (stream, response) = connect_async(request).await.expect("the server takes WebSockets");
        assert_eq!(response.headers().get("Sec-WebSocket-Protocol"), Some(&protocol));
        Self { stream, asked: HashMap::new() }
    }

    /// `connection_init` with the token, then waits for the acknowledgement.
    pub async fn init(&mut self, token: Option<&str>) {
        let payload = token.map_or_else(|| json!({}), |t| json!({ "Authorization": format!("Bearer {t}") }));
        self.send(&json!({ "type": "connection_init", "payload": payload })).await;
        let answer = self.next(ANSWER).await;
        assert_eq!(answer["type"], "connection_ack", "{answer:#}");
    }

    pub async fn subscribe(&mut self, id: &str, query: &str, variables: Value) {
        let payload = json!({ "query": query, "variables": variables });
        self.asked.insert(id.to_owned(), Asked::new(query, &variables));
        self.send(&json!({ "id": id, "type": "subscribe", "payload": payload })).await;
    }

    /// `complete`: the client wants no more of a subscription.
    pub async fn complete(&mut self, id: &str) {
        self.send(&json!({ "id": id, "type": "complete" })).await;
    }

    /// The next message but `ping`, which is answered, and `pong`.
    ///
    /// # Panics
    /// If none comes within `limit`, or the socket is closed.
    pub async fn next(&mut self, limit: Duration) -> Value {
        match self.read(limit).await {
            Read::Json(message) => message,
            Read::Closed(code, reason) => panic!("closed: {code} {reason}"),
            Read::Nothing => panic!("no message within {} ms", limit.as_millis()),
        }
    }

    /// The data of the next event of a subscription.
    ///
    /// # Panics
    /// If none comes within `limit`, or what comes is something else, or has errors.
    pub async fn next_data(&mut self, id: &str, limit: Duration) -> Value {
        let mut message = self.next(limit).await;
        assert_eq!(message["type"], "next", "{message:#}");
        assert_eq!(message["id"], id, "{message:#}");
        assert!(message["payload"].get("errors").is_none(), "{message:#}");
        message["payload"]["data"].take()
    }

    /// `None` if nothing comes within `limit`.
    pub async fn next_or_nothing(&mut self, limit: Duration) -> Option<Value> {
        match self.read(limit).await {
            Read::Json(message) => Some(message),
            Read::Closed(code, reason) => panic!("closed: {code} {reason}"),
            Read::Nothing => None,
        }
    }

    /// The code and the reason with which the server closes; messages before it are passed over.
    pub async fn closed(&mut self, limit: Duration) -> (u16, String) {
        let close = timeout(limit, async {
            loop {
                if let Read::Closed(code, reason) = self.read(limit).await {
                    return (code, reason);
                }
            }
        });
        close.await.unwrap_or_else(|_| panic!("not closed within {} ms", limit.as_millis()))
    }

    /// Closes with a word, and waits for the server's.
    pub async fn close(mut self) {
        self.stream.close(None).await.expect("the socket is open");
        self.closed(ANSWER).await;
    }

    pub async fn send(&mut self, message: &Value) {
        self.send_raw(Message::text(message.to_string())).await;
    }

    /// Whatever a frame can carry.
    pub async fn send_raw(&mut self, message: Message) {
        self.stream.send(message).await.expect("the socket is open");
    }

    /// What a message answers to an operation has to be right.
    fn check(&self, text: &str) {
        let message = Json::parse(text).expect("every message is JSON");
        let id = message.get("id").and_then(Json::as_text);
        let (Some(asked), Some(payload)) = (id.and_then(|id| self.asked.get(id)), message.get("payload"))
        else {
            return;
        };
        match message.get("type").and_then(Json::as_text) {
            Some("next") => asked.assert_answered_with(payload),
            Some("error") => {
                asked.assert_answered_with(&Json::Object(vec![("errors".to_owned(), payload.clone())]));
            }
            _ => {}
        }
    }

    async fn read(&mut self, limit: Duration) -> Read {
        let read = timeout(limit, async {
            loop {
                let text = match self.stream.next().await {
                    Some(Ok(Message::Text(text))) => text,
                    Some(Ok(Message::Close(Some(frame)))) => {
                        return Read::Closed(frame.code.into(), frame.reason.to_string());
                    }
                    // 1005 and 1006 are what RFC 6455 says where no code came, or no close frame.
                    Some(Ok(Message::Close(None))) => return Read::Closed(1005, String::new()),
                    Some(Err(error)) => return Read::Closed(1006, error.to_string()),
                    None => return Read::Closed(1006, "the connection was cut".to_owned()),
                    Some(Ok(_)) => continue,
                };
                let message: Value = serde_json::from_str(&text).expect("every message is JSON");
                match message["type"].as_str() {
                    Some("ping") => self.send(&json!({ "type": "pong" })).await,
                    Some("pong") => {}
                    _ => {
                        self.check(&text);
                        return Read::Json(message);
                    }
                }
            }
        });
        read.await.unwrap_or(Read::Nothing)
    }
}

enum Read {
    Json(Value),
    Closed(u16, String),
    Nothing,
}
