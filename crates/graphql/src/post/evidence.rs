//! What is known of the outcome of a step, as clients see it.

use crate::scalars::{BigInt, DateTime};
use async_graphql::SimpleObject;
use fanfare_domain::post::{StepEvidence, StepEvidenceKind};

/// What is known of the outcome of a publishing step. A field is null if the platform does not report it, or if it does not
/// apply to the step.
#[derive(SimpleObject)]
pub struct PublishStepEvidence<'a> {
    /// How the outcome became known.
    pub kind: StepEvidenceKind,
    /// Whether the platform certainly has nothing of the step. Null unless `kind` is READ_BACK.
    pub is_absent: Option<bool>,
    /// The platform's id of what was made, found or deleted.
    pub external_id: Option<&'a str>,
    /// The platform's id of the container that holds a post before it is published.
    pub container_id: Option<&'a str>,
    /// The state of a container, of an upload or of its processing, as reported by the platform.
    pub platform_status: Option<&'a str>,
    /// How far the platform has processed a media file, 0 to 100.
    pub progress_percent: Option<i32>,
    /// Bytes of a media file that the platform has received.
    pub bytes: Option<BigInt>,
    /// Parts in which a media file was sent.
    pub segments: Option<i32>,
    /// Media files of the post that was made.
    pub media_count: Option<i32>,
    /// The platform's list that was searched for the post, such as `timeline` or `uploads`.
    pub searched: Option<&'a str>,
    /// Items of the list that were compared.
    pub items_read: Option<i32>,
    /// Whether the list was read to its end.
    pub searched_all: Option<bool>,
    /// The time from which the list was searched.
    pub since: Option<DateTime>,
    /// The time until which the list was searched.
    pub until: Option<DateTime>,
    /// When the post that was found was published, by the platform's clock.
    pub published_at: Option<DateTime>,
}

impl<'a> From<StepEvidence<'a>> for PublishStepEvidence<'a> {
    fn from(evidence: StepEvidence<'a>) -> Self {
        let count = |stored: Option<i64>| stored.and_then(|stored| i32::try_from(stored).ok());
        Self {
            kind: evidence.kind,
            is_absent: evidence.is_absent,
            external_id: evidence.external_id,
            container_id: evidence.container_id,
            platform_status: evidence.platform_status,
            progress_percent: count(evidence.progress_percent),
            bytes: evidence.bytes.map(BigInt),
            segments: count(evidence.segments),
            media_count: count(evidence.media_count),
            searched: evidence.searched,
            items_read: count(evidence.items_read),
            searched_all: evidence.searched_all,
            since: evidence.since.map(DateTime),
            until: evidence.until.map(DateTime),
            published_at: evidence.published_at.map(DateTime),
        }
    }
}
