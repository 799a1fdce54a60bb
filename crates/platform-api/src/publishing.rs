//! What the engine and a client say to each other while a target is published.

use super::{NetworkClock, PlatformError};
use async_trait::async_trait;
use bytes::Bytes;
use fanfare_domain::banned_keyword;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::media::MediaFacts;
use fanfare_domain::read_back::{Sent, Window};
use fanfare_domain::violation::{Violation, ViolationCode};
use fanfare_domain::web_link;
use serde_json::Value;
use std::io::ErrorKind;
use std::ops::Range;
use std::time::Duration;
use url::Url;

/// Publishing on a platform. Implementations hold no state but their settings and the HTTP client; what must survive
/// a crash is in the ledger, which the engine keeps.
#[async_trait]
pub trait PublishingClient: NetworkClock {
    fn capabilities(&self) -> Capabilities;

    /// What the network would refuse, without asking it. Pure, and the same for every account: no rule looks at whose
    /// the input is.
    fn validate(&self, input: &PublishInput) -> Vec<Violation>;

    /// The steps that publish `input`, in order; the same input always gives the same steps. Pure.
    fn plan(&self, input: &PublishInput) -> Vec<StepSpec>;

    /// Runs one step of [`PublishingClient::plan`]. `done` are the confirmed steps before it, in order.
    async fn run_step(
        &self,
        call: &Call<'_>,
        input: &PublishInput,
        step: &StepSpec,
        done: &[ConfirmedStep],
    ) -> Result<StepOutcome, PlatformError>;

    /// Asks the network whether a step with a public effect, whose outcome is unknown, took effect. It may be asked before
    /// [`Capabilities::settle`]: the engine does not believe in an absence then.
    async fn read_back(
        &self,
        call: &Call<'_>,
        input: &PublishInput,
        step: &StepSpec,
        done: &[ConfirmedStep],
        absence: &Absence<'_>,
    ) -> Result<ReadBack, PlatformError>;

    /// Whether what [`Self::read_back`] found for `one`, with this evidence, could as well be `other`'s: it was known by its
    /// looks alone, and on the network the two look the same. Pure.
    fn is_ambiguous(&self, evidence: &Value, one: &PublishInput, other: &PublishInput) -> bool;

    /// Deletes a published item. Already gone is `Ok`.
    async fn delete(&self, call: &Call<'_>, external_id: &str) -> Result<(), PlatformError>;
}

/// Everything a network gets of one target: text, hashtags, link and media after variants are applied.
#[derive(Clone, Debug)]
pub struct PublishInput {
    /// The text, before link and hashtags are joined to it.
    pub content: String,
    /// For networks that have one (YouTube); else ignored.
    pub title: Option<String>,
    /// Without `#`.
    pub hashtags: Vec<String>,
    pub link_url: Option<Url>,
    pub media: Vec<MediaItem>,
    /// The network's id of the account.
    pub account_remote_id: String,
    /// The account's handle on the network, for links to posts.
    pub account_handle: Option<String>,
}

impl PublishInput {
    /// The text, then the link where the text does not hold it yet, then the hashtags that the text does not hold yet.
    pub fn full_text(&self) -> String {
        let mut text = self.content.trim_end().to_owned();
        if let Some(link) = &self.link_url
            && !web_link::holds(&text, link)
        {
            push_separated(&mut text, "\n", link.as_str());
        }
        let tags: Vec<String> = self
            .hashtags
            .iter()
            .map(|tag| format!("#{tag}"))
            .filter(|tag| !text.split_whitespace().any(|word| word.eq_ignore_ascii_case(tag)))
            .collect();
        if !tags.is_empty() {
            push_separated(&mut text, "\n\n", &tags.join(" "));
        }
        text
    }

    /// What these keywords forbid of the text, the title and the hashtags.
    pub fn banned(&self, keywords: &[String]) -> Vec<Violation> {
        let hashtags = self.hashtags.join(" ");
        let parts = [
            ("content", &*self.content),
            ("title", self.title.as_deref().unwrap_or_default()),
            ("hashtags", &*hashtags),
        ];
        let found = parts.into_iter().flat_map(|(field, text)| {
            banned_keyword::found_in(text, keywords).into_iter().map(move |word| {
                let words = format!("The workspace has banned the keyword \"{word}\"; leave it out.");
                Violation::blocking(ViolationCode::BannedKeyword, field, words)
            })
        });
        found.collect()
    }
}

fn push_separated(text: &mut String, separator: &str, addition: &str) {
    if !text.is_empty() {
        text.push_str(separator);
    }
    text.push_str(addition);
}

/// A medium of a target.
#[derive(Clone, Debug)]
pub struct MediaItem {
    /// Stable within this server; names the medium's steps.
    pub key: String,
    /// What a person knows the file by, for messages.
    pub name: String,
    pub facts: MediaFacts,
    /// A signed address from which a network can pull the file.
    pub public_url: Url,
}

/// Bytes of a medium, read in ranges so that a large video is never in memory whole.
#[async_trait]
pub trait MediaSource: Send + Sync {
    /// Bytes `start..end` of the medium with this key.
    async fn read(&self, key: &str, start: u64, end: u64) -> Result<Bytes, std::io::Error>;
}

/// What a call needs besides its subject.
pub struct Call<'a> {
    pub access_token: &'a str,
    pub account_remote_id: &'a str,
    /// Every HTTP request of the call must be answered before this, which is before the lease ends.
    pub deadline: std::time::Instant,
    pub media: &'a dyn MediaSource,
}

impl Call<'_> {
    /// Bytes of a medium. A file that is missing stays so: [`PlatformError::Rejected`]; one that cannot be read now is
    /// [`PlatformError::Transient`]. Neither has an effect on the network, and no message names a path.
    pub async fn bytes_of(&self, item: &MediaItem, range: Range<u64>) -> Result<Bytes, PlatformError> {
        let read = self.media.read(&item.key, range.start, range.end).await;
        read.map_err(|error| match error.kind() {
            ErrorKind::NotFound => PlatformError::Rejected {
                message: format!("The media file {} is missing on this server; upload it again.", item.name),
            },
            _ => PlatformError::Transient {
                message: format!("The media file {} cannot be read on this server now.", item.name),
            },
        })
    }

    /// The time left, at most `limit`.
    pub fn time_left(&self, limit: Duration) -> Duration {
        self.deadline.saturating_duration_since(std::time::Instant::now()).min(limit)
    }
}

/// One step of a publication. `name` and `key` together name its row in the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepSpec {
    /// Such as `upload`, `create_container`, `await_container`, `publish`.
    pub name: &'static str,
    /// Tells steps of one name apart (the medium's key, the segment); empty where there is one only.
    pub key: String,
    /// Whether people can see it happen. A step without is simply repeated after a crash; one with is read back first.
    pub public_effect: bool,
    /// How long the step may take.
    pub timeout: Duration,
}

/// A confirmed step, as later steps and the read-back see it.
#[derive(Clone, Debug)]
pub struct ConfirmedStep {
    pub name: String,
    pub key: String,
    pub remote_id: Option<String>,
    /// What the step needs to remember; kept sealed, never shown.
    pub memory: Option<Value>,
}

/// How a step went.
#[derive(Clone, Debug, PartialEq)]
pub enum StepOutcome {
    /// Done. The last step of a plan must give the `url` where the network has one, and `remote_id`.
    Done {
        remote_id: Option<String>,
        url: Option<Url>,
        /// Shown in the ledger: what the network answered, without secrets.
        evidence: Value,
        memory: Option<Value>,
    },
    /// The network is still at it (a container, a transcoding): ask again after this time. Counts as no attempt.
    Wait { after: Duration, evidence: Value },
}

/// What a read-back needs to tell absence from ignorance. All times are the network's.
#[derive(Debug)]
pub struct Absence<'a> {
    /// When the step was last sent.
    pub sent_at: Timestamp,
    /// Where its effect is looked for. [`ReadBack::Absent`] may be said only of a listing that covers it.
    pub window: Window,
    /// The most pages of a listing that are read.
    pub max_pages: u32,
    /// Ids on the network that other targets of this account own: never this target's.
    pub owned_by_others: &'a [String],
}

impl<'a> Absence<'a> {
    /// What is looked for of one call.
    pub fn of(call: Sent, settle: Duration, max_pages: u32, owned_by_others: &'a [String]) -> Self {
        Self { sent_at: call.at, window: Window::around(call, settle), max_pages, owned_by_others }
    }

    /// The earliest time that the network may have given the step's effect.
    pub fn since(&self) -> Timestamp {
        self.window.since
    }

    /// Whether the item belongs to another target.
    pub fn is_anothers(&self, external_id: &str) -> bool {
        self.owned_by_others.iter().any(|id| id == external_id)
    }
}

/// What a read-back found.
#[derive(Clone, Debug, PartialEq)]
pub enum ReadBack {
    /// It took effect.
    Found { remote_id: String, url: Option<Url>, evidence: Value },
    /// It certainly did not.
    Absent { evidence: Value },
    /// It started and can be continued (a resumable upload): run the step again.
    Resumable { evidence: Value },
    /// The network cannot tell: a person decides.
    Unclear { reason: String },
}

/// What a platform can do with published items, and how many it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Whether published items can be deleted through its API.
    pub delete: bool,
    /// Whether it fetches media from an address of ours (which then must be public).
    pub pulls_media: bool,
    /// How long after a call's end it makes sense to ask whether it took effect: presence counts from then on.
    pub shows_after: Duration,
    /// How long after a call's end absence counts: a listing certainly shows the call's effect then.
    pub settle: Duration,
    /// Publications that the network takes from one account, and in which time.
    pub account_budget: (u32, Duration),
    /// Publications that the network takes from one app, and in which time.
    pub app_budget: (u32, Duration),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full_text(content: &str, link: &str) -> String {
        let input = PublishInput {
            content: content.to_owned(),
            title: None,
            hashtags: Vec::new(),
            link_url: Some(Url::parse(link).unwrap()),
            media: Vec::new(),
            account_remote_id: "1001".to_owned(),
            account_handle: None,
        };
        input.full_text()
    }

    #[test]
    fn the_link_stands_in_the_text_exactly_once() {
        assert_eq!(full_text("See https://example.com!", "https://example.com/"), "See https://example.com!");
        assert_eq!(full_text("HTTPS://EXAMPLE.COM:443", "https://example.com/"), "HTTPS://EXAMPLE.COM:443");
        assert_eq!(
            full_text("https://example.com/shop/1", "https://example.com/shop"),
            "https://example.com/shop/1\nhttps://example.com/shop"
        );
        assert_eq!(full_text("", "https://example.com/"), "https://example.com/");
    }
}
