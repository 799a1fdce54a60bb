//! How a client exchanges a request for an answer.

use crate::network_time::NetworkTime;
use fanfare_domain::clock::{SharedClock, Timestamp};
use fanfare_net::{HttpClient, Reply};
use fanfare_platform_api::PlatformError;
use reqwest::{Method, RequestBuilder};
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// What a network's refusal means: each network has one such function.
pub(super) type Refusal = fn(&Reply, Timestamp) -> PlatformError;

/// The HTTP client and the clock, with the network's way to refuse.
#[derive(Clone)]
pub(super) struct Transport {
    http: HttpClient,
    clock: SharedClock,
    refusal: Refusal,
    network_time: Arc<NetworkTime>,
}

impl Transport {
    /// The longest that an OAuth call may take: a person waits for it.
    pub const OAUTH_LIMIT: Duration = Duration::from_secs(15);
    /// The longest that an ordinary call may take.
    pub const CALL_LIMIT: Duration = Duration::from_secs(20);
    /// The longest that asking a network for its time may take.
    const TIME_LIMIT: Duration = Duration::from_secs(10);
    /// The slowest way to a network that an upload is given time for.
    pub const SLOWEST_BYTES_PER_SECOND: u64 = 256 << 10;

    pub fn new(http: HttpClient, clock: SharedClock, refusal: Refusal) -> Self {
        Self { http, clock, refusal, network_time: Arc::default() }
    }

    /// The longest that a call with this many bytes in its body may take: the time of an ordinary one, and their way.
    pub fn upload_limit(bytes: u64) -> Duration {
        Self::CALL_LIMIT + Duration::from_secs(bytes / Self::SLOWEST_BYTES_PER_SECOND)
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn request(&self, method: Method, url: Url) -> RequestBuilder {
        self.http.request(method, url)
    }

    /// The answer, whatever its status.
    pub async fn reply(&self, request: RequestBuilder, limit: Duration) -> Result<Reply, PlatformError> {
        let reply = self.http.send(request, limit).await?;
        self.network_time.note(&reply);
        Ok(reply)
    }

    /// What time it is on the network, whose API is at `base`; it is asked where its last answer is older than `max_age`.
    /// `None`: it does not tell. Whatever it answers to the question, the answer has a date.
    pub async fn network_now(
        &self,
        base: &Url,
        max_age: Duration,
    ) -> Result<Option<Timestamp>, PlatformError> {
        if let Some(now) = self.network_time.now(max_age) {
            return Ok(Some(now));
        }
        let asked = self.reply(self.request(Method::HEAD, base.clone()), Self::TIME_LIMIT).await;
        asked.map_err(PlatformError::without_effect)?;
        Ok(self.network_time.now(Self::TIME_LIMIT))
    }

    /// The answer if its status is 2xx, else what the refusal means. `secrets` are kept out of the words.
    pub async fn accepted(
        &self,
        request: RequestBuilder,
        limit: Duration,
        secrets: &[&str],
    ) -> Result<Reply, PlatformError> {
        let reply = self.reply(request, limit).await?;
        self.accept(reply, secrets)
    }

    fn accept(&self, reply: Reply, secrets: &[&str]) -> Result<Reply, PlatformError> {
        if !reply.status.is_success() {
            return Err(self.refused(&reply, secrets));
        }
        // A gateway's page with status 200 says nothing of what the network did.
        if !reply.body.is_empty() {
            read::<serde::de::IgnoredAny>(&reply)?;
        }
        Ok(reply)
    }

    /// Sends a deletion. `is_gone` tells the refusal of what is not there any more, which is as good.
    pub async fn deleted(
        &self,
        request: RequestBuilder,
        limit: Duration,
        secrets: &[&str],
        is_gone: fn(&Reply) -> bool,
    ) -> Result<(), PlatformError> {
        let reply = self.reply(request, limit).await?;
        if is_gone(&reply) {
            return Ok(());
        }
        self.accept(reply, secrets).map(|_| ())
    }

    /// The body of a 2xx answer. A body that cannot be read is [`PlatformError::Unknown`]: the call may have worked.
    pub async fn json<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
        limit: Duration,
        secrets: &[&str],
    ) -> Result<T, PlatformError> {
        let reply = self.accepted(request, limit, secrets).await?;
        read(&reply)
    }

    pub fn refused(&self, reply: &Reply, secrets: &[&str]) -> PlatformError {
        (self.refusal)(reply, self.now()).redacted(secrets)
    }
}

/// Reads a 2xx answer's body.
pub(super) fn read<T: DeserializeOwned>(reply: &Reply) -> Result<T, PlatformError> {
    // The parser's words could quote the body, which may hold a token: only their place is told.
    reply.json().map_err(|error| PlatformError::Unknown {
        message: format!("unreadable answer ({}, line {})", reply.status, error.line()),
    })
}
