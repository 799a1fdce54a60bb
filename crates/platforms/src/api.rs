//! A network's API: where it is, and how it is called as an account.

use crate::transport::Transport;
use fanfare_platform_api::endpoint;
use fanfare_platform_api::{Call, PlatformError, PlatformSettings};
use reqwest::{Method, RequestBuilder};
use serde::de::DeserializeOwned;
use url::Url;

/// The API of one version, with bearer tokens.
pub(super) struct Api {
    base: Url,
    /// What every path begins with, the version last.
    root: Vec<String>,
    transport: Transport,
}

impl Api {
    /// `prefix`: what stands before the version in every path.
    pub fn new(transport: &Transport, settings: &PlatformSettings, prefix: &[&str]) -> Self {
        let version = settings.api_version.clone();
        let root = prefix.iter().map(|&segment| segment.to_owned()).chain([version]).collect();
        Self { base: settings.api_base.clone(), root, transport: transport.clone() }
    }

    /// A request as the account.
    pub fn request(
        &self,
        method: Method,
        segments: &[&str],
        access_token: &str,
    ) -> Result<RequestBuilder, PlatformError> {
        let path: Vec<&str> = self.root.iter().map(String::as_str).chain(segments.iter().copied()).collect();
        Ok(self.transport.request(method, endpoint(&self.base, &path)?).bearer_auth(access_token))
    }

    /// Sends a request within the call's time and reads its answer.
    pub async fn call<T: DeserializeOwned>(
        &self,
        call: &Call<'_>,
        request: RequestBuilder,
    ) -> Result<T, PlatformError> {
        self.transport.json(request, call.time_left(Transport::CALL_LIMIT), &[call.access_token]).await
    }
}
