//! What the ledger holds of the outcome of a step. The platforms' clients and the engine write it as JSON, each what it
//! knows; this is what is common to them.

use crate::clock::Timestamp;
use crate::scalar;
use serde_json::Value;

text_enum! {
    /// How the outcome of a step became known.
    StepEvidenceKind {
        /// The platform answered the step's call.
        Answer = "answer",
        /// The platform was asked later what it shows.
        ReadBack = "read_back",
        /// The platform refused the call because it has the same already.
        Duplicate = "duplicate",
        /// The platform deleted what was published.
        Deletion = "deletion",
        /// A user decided.
        Decision = "decision",
    }
}

/// What is known of a step's outcome. A part that the platform does not report is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepEvidence<'a> {
    pub kind: StepEvidenceKind,
    /// Whether the platform certainly has nothing of the step; only of a read-back.
    pub is_absent: Option<bool>,
    /// The platform's id of what was made, found or deleted.
    pub external_id: Option<&'a str>,
    /// The platform's id of the container that holds a post before it is published.
    pub container_id: Option<&'a str>,
    /// The state of a container, of an upload or of its processing, as reported by the platform.
    pub platform_status: Option<&'a str>,
    pub progress_percent: Option<i64>,
    /// Bytes that the platform has.
    pub bytes: Option<i64>,
    /// Parts in which they were sent.
    pub segments: Option<i64>,
    /// Media files of the post.
    pub media_count: Option<i64>,
    /// The list of the platform that was searched.
    pub searched: Option<&'a str>,
    /// Its items that were compared.
    pub items_read: Option<i64>,
    /// Whether it was read to its end.
    pub searched_all: Option<bool>,
    /// From when on it was searched.
    pub since: Option<Timestamp>,
    /// Until when it was searched.
    pub until: Option<Timestamp>,
    /// When what was found was published, by the platform's clock.
    pub published_at: Option<Timestamp>,
}

impl<'a> StepEvidence<'a> {
    /// From the form in which it is stored. `None`: another version of the program wrote it, and this one does not know
    /// its form.
    pub fn read(stored: &'a Value) -> Option<Self> {
        let is = |key: &str| stored.get(key) == Some(&Value::Bool(true));
        if let Some(found) = stored.get("read_back") {
            return Some(Self {
                is_absent: Some(is("absent")),
                ..Self::of(StepEvidenceKind::ReadBack, found)
            });
        }
        let kind = if is("duplicate") {
            StepEvidenceKind::Duplicate
        } else if stored.get("deleted").is_some() {
            StepEvidenceKind::Deletion
        } else if stored.get("decided_by").is_some() {
            StepEvidenceKind::Decision
        } else {
            StepEvidenceKind::Answer
        };
        let evidence = Self::of(kind, stored);
        // An answer of which nothing is known is none.
        let is_known = kind != StepEvidenceKind::Answer
            || is("alt_text")
            || evidence != Self::of(StepEvidenceKind::Answer, &Value::Null);
        is_known.then_some(evidence)
    }

    fn of(kind: StepEvidenceKind, facts: &'a Value) -> Self {
        let text = |keys: &[&str]| keys.iter().find_map(|key| facts.get(key)?.as_str());
        let number = |keys: &[&str]| keys.iter().find_map(|key| facts.get(key)?.as_i64());
        let time = |keys: &[&str]| text(keys).and_then(|text| scalar::instant(text).ok());
        Self {
            kind,
            is_absent: None,
            external_id: text(&["video", "media", "deleted"]),
            container_id: text(&["container"]),
            platform_status: text(&["status_code", "processing", "session", "answer"]),
            progress_percent: number(&["progress_percent"]),
            bytes: number(&["bytes", "kept_bytes"]),
            segments: number(&["segments"]),
            media_count: number(&["media"]),
            searched: text(&["found_in", "searched"]),
            items_read: number(&["read"]),
            searched_all: facts.get("all").and_then(Value::as_bool),
            since: time(&["since"]),
            until: time(&["until"]),
            published_at: time(&["created_at", "published_at", "timestamp"]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOTHING: &Value = &Value::Null;

    fn none(kind: StepEvidenceKind) -> StepEvidence<'static> {
        StepEvidence::of(kind, NOTHING)
    }

    #[test]
    fn what_a_platform_answered_is_read_from_each_clients_form() {
        let answer = none(StepEvidenceKind::Answer);
        for (stored, evidence) in [
            (
                json!({ "answer": "created", "media": 2 }),
                StepEvidence { platform_status: Some("created"), media_count: Some(2), ..answer },
            ),
            (
                json!({ "bytes": 1024, "segments": 3, "processing": null }),
                StepEvidence { bytes: Some(1024), segments: Some(3), ..answer },
            ),
            (
                json!({ "processing": "in_progress", "progress_percent": 40 }),
                StepEvidence { platform_status: Some("in_progress"), progress_percent: Some(40), ..answer },
            ),
            (json!({ "alt_text": true }), answer),
            (
                json!({ "container": "17", "media": "18" }),
                StepEvidence { container_id: Some("17"), external_id: Some("18"), ..answer },
            ),
            (
                json!({ "bytes": 1024, "video": "v1" }),
                StepEvidence { bytes: Some(1024), external_id: Some("v1"), ..answer },
            ),
        ] {
            assert_eq!(StepEvidence::read(&stored), Some(evidence), "{stored}");
        }
    }

    #[test]
    fn a_read_back_says_where_was_searched_and_what_was_found() {
        let at = scalar::instant("2026-11-22T12:05:00+00:00").ok();
        let read_back = none(StepEvidenceKind::ReadBack);
        for (stored, evidence) in [
            (
                json!({ "read_back": { "found_in": "timeline", "created_at": "2026-11-22T12:05:00Z", "read": 7 } }),
                StepEvidence {
                    is_absent: Some(false),
                    searched: Some("timeline"),
                    items_read: Some(7),
                    published_at: at,
                    ..read_back
                },
            ),
            (
                json!({ "absent": true, "read_back": {
                    "searched": "timeline", "since": "2026-11-22T12:05:00Z", "until": null, "read": 0,
                } }),
                StepEvidence {
                    is_absent: Some(true),
                    searched: Some("timeline"),
                    items_read: Some(0),
                    since: at,
                    ..read_back
                },
            ),
            (
                json!({ "read_back": { "session": "open", "kept_bytes": 512 } }),
                StepEvidence {
                    is_absent: Some(false),
                    platform_status: Some("open"),
                    bytes: Some(512),
                    ..read_back
                },
            ),
            (
                json!({ "read_back": { "container": "17", "status_code": "Published", "timestamp": "2026-11-22T12:05:00+0000" } }),
                StepEvidence {
                    is_absent: Some(false),
                    container_id: Some("17"),
                    platform_status: Some("Published"),
                    published_at: at,
                    ..read_back
                },
            ),
        ] {
            assert_eq!(StepEvidence::read(&stored), Some(evidence), "{stored}");
        }
    }

    #[test]
    fn what_the_engine_writes_has_a_kind_and_what_is_not_known_has_none() {
        use StepEvidenceKind as K;
        let deletion = StepEvidence { external_id: Some("9"), ..none(K::Deletion) };
        for (stored, evidence) in [
            (json!({ "duplicate": true }), Some(none(K::Duplicate))),
            (json!({ "deleted": "9" }), Some(deletion)),
            (json!({ "decided_by": "a person" }), Some(none(K::Decision))),
            (json!({ "duplicate": false }), None),
            (json!({ "later": "version" }), None),
            (json!({}), None),
            (json!("text"), None),
        ] {
            assert_eq!(StepEvidence::read(&stored), evidence, "{stored}");
        }
    }
}
