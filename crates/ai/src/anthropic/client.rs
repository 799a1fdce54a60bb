//! One question, one answer, at most two attempts.

use super::answer::Message;
use super::asked::{AskError, Asked};
use super::prompt::Question;
use fanfare_net::{HttpClient, NetError, Reply};
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// <https://docs.anthropic.com/en/api/versioning>
const VERSION: &str = "2023-06-01";
/// The wait before the second attempt where the API names none.
const USUAL_WAIT: Duration = Duration::from_millis(500);
/// The longest wait that is believed.
const LONGEST_WAIT: Duration = Duration::from_secs(3_600);

/// How the service is reached.
#[derive(Clone)]
pub struct AnthropicOptions {
    pub key: String,
    /// Such as `https://api.anthropic.com/`.
    pub base: Url,
    pub model: String,
    /// For both attempts and the wait between them.
    pub timeout: Duration,
}

/// A client of the Messages API. `Debug` hides its key.
#[derive(Clone)]
pub struct Anthropic {
    http: HttpClient,
    options: AnthropicOptions,
}

impl std::fmt::Debug for Anthropic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Anthropic").field("model", &self.options.model).finish_non_exhaustive()
    }
}

impl Anthropic {
    pub fn new(http: HttpClient, options: AnthropicOptions) -> Self {
        Self { http, options }
    }

    /// Asks, and reads the tool's input out of the answer.
    pub(super) async fn ask<T: DeserializeOwned>(&self, question: &Question) -> Asked<T> {
        match self.exchange(question).await {
            Err(error) => Asked { outcome: Err(error), tokens: 0 },
            Ok(reply) => match reply.json::<Message>() {
                Err(error) => Asked { outcome: Err(AskError::Malformed(error.to_string())), tokens: 0 },
                Ok(message) => {
                    let tokens = message.tokens();
                    Asked { outcome: message.tool_input(question.tool), tokens }
                }
            },
        }
    }

    async fn exchange(&self, question: &Question) -> Result<Reply, AskError> {
        let end = Instant::now() + self.options.timeout;
        let left = || end.saturating_duration_since(Instant::now());
        let wait = match self.attempt(question, left()).await {
            Ok(reply) if reply.status.is_success() => return Ok(reply),
            Ok(reply) if is_passing(reply.status) => retry_after(&reply),
            Ok(reply) => return Err(refused(&reply)),
            // A question whose answer was lost has been paid for: it is not asked twice.
            Err(NetError::NotSent(_)) => USUAL_WAIT,
            Err(error) => return Err(error.into()),
        };
        if wait >= left() {
            return Err(AskError::NoTime);
        }
        tokio::time::sleep(wait).await;
        let reply = self.attempt(question, left()).await?;
        if reply.status.is_success() { Ok(reply) } else { Err(refused(&reply)) }
    }

    async fn attempt(&self, question: &Question, deadline: Duration) -> Result<Reply, NetError> {
        let body = json!({
            "model": self.options.model,
            "max_tokens": question.max_tokens,
            "system": question.system,
            "messages": [{ "role": "user", "content": question.data }],
            "tools": [{ "name": question.tool, "description": question.purpose, "input_schema": question.schema }],
            "tool_choice": { "type": "tool", "name": question.tool },
        });
        let url = self
            .url()
            .ok_or_else(|| NetError::Refused("the base is no address to add a path to".to_owned()))?;
        let request = self.http.request(Method::POST, url);
        let request =
            request.header("x-api-key", &self.options.key).header("anthropic-version", VERSION).json(&body);
        self.http.send(request, deadline).await
    }

    fn url(&self) -> Option<Url> {
        let mut url = self.options.base.clone();
        url.path_segments_mut().ok()?.pop_if_empty().extend(["v1", "messages"]);
        Some(url)
    }
}

/// 429, 5xx and 529 (overloaded) may be gone a moment later.
fn is_passing(status: StatusCode) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error()
}

fn retry_after(reply: &Reply) -> Duration {
    let seconds = reply.header("retry-after").and_then(|text| text.trim().parse::<u64>().ok());
    seconds.map_or(USUAL_WAIT, |seconds| Duration::from_secs(seconds).min(LONGEST_WAIT))
}

#[derive(Default, Deserialize)]
struct ErrorBody {
    #[serde(default)]
    error: ErrorDetail,
}

#[derive(Default, Deserialize)]
struct ErrorDetail {
    #[serde(default, rename = "type")]
    kind: String,
}

fn refused(reply: &Reply) -> AskError {
    let kind = reply.json::<ErrorBody>().unwrap_or_default().error.kind;
    AskError::Refused { status: reply.status.as_u16(), kind: kind.chars().take(60).collect() }
}
