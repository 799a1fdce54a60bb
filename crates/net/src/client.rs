//! The client itself.

use super::error::NetError;
use bytes::{Bytes, BytesMut};
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;
use std::time::Duration;
use url::Url;

/// An answer, read completely.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Reply {
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(&self.body)
    }

    /// A header's text; `None` if it is absent or not text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// Sends requests. Cheap to clone: clones share one connection pool.
#[derive(Clone, Debug)]
pub struct HttpClient {
    inner: reqwest::Client,
}

impl HttpClient {
    /// The largest answer that is read, in bytes. The networks' answers are far smaller.
    const MAX_BODY_BYTES: usize = 8 << 20;
    /// The time to open a connection.
    const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
    /// How long an unused connection is kept. Servers close theirs after a minute or so, and a request that meets the
    /// closing has lost its answer: a rotating refresh token would have to be taken for used up.
    const IDLE_TIMEOUT: Duration = Duration::from_secs(15);

    /// Redirects are never followed: a redirect could lead a token or a request to another address.
    pub fn new() -> anyhow::Result<Self> {
        let tls = super::tls::client_config()?;
        #[expect(clippy::disallowed_methods, reason = "the one outgoing client")]
        let inner = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .connect_timeout(Self::CONNECT_TIMEOUT)
            .pool_idle_timeout(Self::IDLE_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .user_agent(concat!("fanfare/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { inner })
    }

    /// Starts a request to an address that the operator configured.
    pub fn request(&self, method: Method, url: Url) -> reqwest::RequestBuilder {
        self.inner.request(method, url)
    }

    /// Sends and reads the whole answer within `deadline`.
    ///
    /// The deadline is looked at before the request is driven on, so that a process that was stopped past it does
    /// not send when it wakes.
    pub async fn send(
        &self,
        request: reqwest::RequestBuilder,
        deadline: Duration,
    ) -> Result<Reply, NetError> {
        if deadline.is_zero() {
            return Err(NetError::NotSent("no time left to send".to_owned()));
        }
        let request = request.build().map_err(|e| NetError::Refused(e.without_url().to_string()))?;
        let started = std::time::Instant::now();
        let (method, host) = (request.method().clone(), request.url().host_str().unwrap_or("").to_owned());
        let outcome = tokio::select! {
            biased;
            () = tokio::time::sleep(deadline) => {
                Err(NetError::AnswerLost(format!("no answer within {} ms", deadline.as_millis())))
            }
            outcome = self.exchange(request) => outcome,
        };
        let status = outcome.as_ref().map_or(0, |reply| reply.status.as_u16());
        tracing::debug!(http.method = %method, http.host = %host, http.status = status,
            elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX), "outgoing request");
        outcome
    }

    async fn exchange(&self, request: reqwest::Request) -> Result<Reply, NetError> {
        let mut response = self.inner.execute(request).await.map_err(|error| {
            // A connection that could not be opened carried nothing; anything later may have.
            let not_sent = error.is_connect();
            let words = error_chain(&error.without_url());
            if not_sent { NetError::NotSent(words) } else { NetError::AnswerLost(words) }
        })?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = BytesMut::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() > Self::MAX_BODY_BYTES => {
                    return Err(NetError::AnswerLost(format!("answer over {} bytes", Self::MAX_BODY_BYTES)));
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => return Ok(Reply { status, headers, body: body.freeze() }),
                Err(error) => return Err(NetError::AnswerLost(error_chain(&error.without_url()))),
            }
        }
    }
}

/// The words of an error and its causes.
pub(super) fn error_chain(error: &reqwest::Error) -> String {
    let mut words = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        words.push_str(": ");
        words.push_str(&cause.to_string());
        source = cause.source();
    }
    words
}
