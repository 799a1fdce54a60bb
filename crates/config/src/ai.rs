//! The language model that helps to write.

use super::error::ConfigError;
use super::reader::Reader;
use super::{Secret, setting};
use std::time::Duration;
use url::Url;

/// Anthropic's Messages API, and how much of it a workspace, and all together, may use in a day of UTC.
#[derive(Clone, Debug)]
pub struct AiSettings {
    /// `None`: rules write.
    pub key: Option<Secret>,
    pub base_url: Url,
    pub model: String,
    /// For a question with its second attempt.
    pub timeout: Duration,
    pub requests_per_day: u32,
    /// Input and output together.
    pub tokens_per_day: u32,
    /// The same for all workspaces together.
    pub server_requests_per_day: u32,
    pub server_tokens_per_day: u32,
}

impl AiSettings {
    pub(super) fn read(reader: &Reader<'_>) -> Result<Self, ConfigError> {
        Ok(Self {
            key: reader.secret(&setting::ANTHROPIC_API_KEY),
            base_url: reader.base_url_or_default(&setting::ANTHROPIC_BASE_URL)?,
            model: reader.text_or_default(&setting::ANTHROPIC_MODEL),
            timeout: reader.seconds(&setting::ANTHROPIC_TIMEOUT_SECONDS)?,
            requests_per_day: reader.whole(&setting::AI_REQUESTS_PER_DAY)?,
            tokens_per_day: reader.whole(&setting::AI_TOKENS_PER_DAY)?,
            server_requests_per_day: reader.whole(&setting::AI_SERVER_REQUESTS_PER_DAY)?,
            server_tokens_per_day: reader.whole(&setting::AI_SERVER_TOKENS_PER_DAY)?,
        })
    }
}
