//! A client of `graphql-transport-ws` that says what it is told to, right or wrong.

use super::trial::Trial;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::error::Error;
use tokio_tungstenite::{WebSocketStream, client_async};

pub const PROTOCOL: (&str, &str) = ("sec-websocket-protocol", "graphql-transport-ws");
pub const PATIENCE: Duration = Duration::from_secs(10);

/// A connection to `/graphql/ws`, frame by frame.
pub struct Client(pub WebSocketStream<TcpStream>);

/// Opens a socket with these headers.
pub async fn open(trial: &Trial, headers: &[(&'static str, &str)]) -> Result<Client, Error> {
    let mut request = format!("ws://{}/graphql/ws", trial.address).into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    let stream = TcpStream::connect(trial.address).await.unwrap();
    client_async(request, stream).await.map(|(socket, _)| Client(socket))
}

impl Client {
    pub async fn connect(trial: &Trial) -> Self {
        open(trial, &[PROTOCOL]).await.unwrap()
    }

    pub async fn acknowledged(trial: &Trial) -> Self {
        Self::with_token(trial, json!({})).await
    }

    pub async fn with_token(trial: &Trial, payload: Value) -> Self {
        let mut client = Self::connect(trial).await;
        client.say(json!({"type": "connection_init", "payload": payload})).await;
        assert_eq!(client.hear().await, json!({"type": "connection_ack"}));
        client
    }

    pub async fn say(&mut self, message: Value) {
        self.0.send(Message::text(message.to_string())).await.unwrap();
    }

    pub async fn subscribe(&mut self, id: &str, query: &str) {
        self.say(json!({"id": id, "type": "subscribe", "payload": {"query": query}})).await;
    }

    pub async fn next(&mut self) -> Message {
        timeout(PATIENCE, self.0.next()).await.expect("the server says something").unwrap().unwrap()
    }

    pub async fn hear(&mut self) -> Value {
        serde_json::from_str(self.next().await.to_text().unwrap()).unwrap()
    }

    /// The close code, whatever comes before it.
    pub async fn closed(&mut self) -> u16 {
        loop {
            if let Message::Close(frame) = self.next().await {
                return frame.unwrap().code.into();
            }
        }
    }
}

/// What the upgrade was answered with.
pub fn status(outcome: Result<Client, Error>) -> u16 {
    match outcome {
        Err(Error::Http(response)) => response.status().as_u16(),
        Err(other) => panic!("{other}"),
        Ok(_) => 101,
    }
}
