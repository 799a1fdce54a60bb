//! A local server that speaks Anthropic's Messages API, well or badly, as a test wants it.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use axum::{Json, Router};
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

/// How the server answers a request.
#[derive(Clone, Debug)]
pub enum Behaviour {
    /// The tool is called with this input; the answer cost this many tokens.
    Answers { input: Value, tokens: u64 },
    /// 429 with `retry-after`, in seconds.
    Throttles { retry_after: u64 },
    /// 500.
    Fails,
    /// 200 with something that is no message.
    Babbles,
    /// Nothing, ever.
    Hangs,
}

/// The server. Dropping it stops it.
pub struct MessagesApi {
    url: Url,
    seen: Arc<Mutex<Seen>>,
    server: JoinHandle<()>,
}

#[derive(Default)]
struct Seen {
    next: VecDeque<Behaviour>,
    requests: Vec<(HeaderMap, Value)>,
}

impl MessagesApi {
    pub async fn start() -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        let router = Router::new().route("/v1/messages", post(answer)).with_state(Arc::clone(&seen));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, seen, server }
    }

    pub fn url(&self) -> &Url {
        &self.url
    }

    /// What the next requests are answered with, one each; what comes after them fails.
    pub fn will(&self, behaviours: impl IntoIterator<Item = Behaviour>) {
        self.seen.lock().next = behaviours.into_iter().collect();
    }

    /// The requests since the last call.
    pub fn requests(&self) -> Vec<(HeaderMap, Value)> {
        std::mem::take(&mut self.seen.lock().requests)
    }
}

impl Drop for MessagesApi {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(
    State(seen): State<Arc<Mutex<Seen>>>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let tool = body["tool_choice"]["name"].clone();
    let behaviour = {
        let mut seen = seen.lock();
        seen.requests.push((headers, body));
        seen.next.pop_front().unwrap_or(Behaviour::Fails)
    };
    let error = |kind: &str| Json(json!({ "type": "error", "error": { "type": kind, "message": "No." } }));
    match behaviour {
        Behaviour::Answers { input, tokens } => Json(json!({
            "id": "msg_1", "type": "message", "role": "assistant", "stop_reason": "tool_use",
            "content": [{ "type": "tool_use", "id": "toolu_1", "name": tool, "input": input }],
            "usage": { "input_tokens": tokens / 2, "output_tokens": tokens - tokens / 2 },
        }))
        .into_response(),
        Behaviour::Throttles { retry_after } => {
            let header = [("retry-after", retry_after.to_string())];
            (StatusCode::TOO_MANY_REQUESTS, header, error("rate_limit_error")).into_response()
        }
        Behaviour::Fails => (StatusCode::INTERNAL_SERVER_ERROR, error("api_error")).into_response(),
        Behaviour::Babbles => "<html>I am a proxy</html>".into_response(),
        Behaviour::Hangs => std::future::pending().await,
    }
}
