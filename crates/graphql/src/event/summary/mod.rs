//! An event in one line.

mod facts;

use crate::message::message;
use facts::Facts;
use fanfare_domain::event::payload::MilestoneMetric;
use fanfare_domain::event::{ActivityKind as Kind, EventPayload};
use fanfare_domain::import::ImportStatus;
use fanfare_domain::language::Language;

/// What happened, in one line of a language.
pub fn summary(kind: Kind, payload: Option<&EventPayload>, language: Language) -> String {
    let facts = payload.map(Facts::from).unwrap_or_default();
    message(language, key(kind, &facts), facts.count.unwrap_or(1), &facts.values(language))
}

/// The key of the message.
fn key(kind: Kind, facts: &Facts<'_>) -> &'static str {
    match (kind, facts.milestone, facts.import_status) {
        (Kind::AccountMilestone, Some(MilestoneMetric::Engagement), _) => "account.milestone.engagement",
        (Kind::AccountMilestone, _, _) => "account.milestone.followers",
        (Kind::ImportFinished, _, Some(ImportStatus::Failed)) => "import.finished.failed",
        (Kind::ImportFinished, _, Some(ImportStatus::Cancelled)) => "import.finished.cancelled",
        _ => kind.as_str(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn line(kind: Kind, payload: &serde_json::Value) -> String {
        summary(kind, Some(&EventPayload::read(kind, payload).unwrap()), Language::English)
    }

    #[test]
    fn a_summary_is_one_line_that_names_what_it_is_about() {
        let payload = json!({
            "post_id": 7, "target_id": 9, "account_id": 3, "from": "publishing", "to": "failed",
            "content": format!("Hello\n{}", "x".repeat(100)), "account_name": "Ada\n", "platform": "twitter",
            "error": { "code": "rejected", "message": "Too\r\nlong." }, "post_status": "partially_published",
            "post_from": "publishing", "post_to": "partially_published",
        });
        let published = line(Kind::TargetPublished, &payload);
        assert_eq!(published, format!("The post \"Hello {}…\" was published on Ada (X)", "x".repeat(34)));
        assert!(line(Kind::TargetFailed, &payload).ends_with("on Ada (X): Too long."));
        assert!(line(Kind::PostStatusChanged, &payload).ends_with("is now partially published"));
        let milestone = json!({
            "account_id": 3, "platform": "twitter", "account_name": "Ada", "metric": "followers", "milestone": 500,
            "count": 512,
        });
        assert_eq!(line(Kind::AccountMilestone, &milestone), "Ada (X) reached 500 followers");
        let publication = json!({ "post_id": 7, "target_id": 9, "content": "Hello", "engagement": 6 });
        let metrics = |publications: &[serde_json::Value]| {
            let account = json!({ "account_id": 3, "platform": "twitter", "account_name": "Ada" });
            let mut payload = account.as_object().unwrap().clone();
            payload.insert("publications".to_owned(), publications.into());
            line(Kind::MetricsUpdated, &payload.into())
        };
        assert_eq!(
            metrics(std::slice::from_ref(&publication)),
            "The post \"Hello\" has new metrics on Ada (X)"
        );
        assert_eq!(metrics(&[publication.clone(), publication]), "2 posts have new metrics on Ada (X)");
    }

    #[test]
    fn a_summary_needs_nothing_of_the_payload() {
        for kind in Kind::ALL {
            let line = summary(*kind, None, Language::English);
            assert!(!line.contains(['"', ':']), "{kind}: {line}");
            for language in Language::ALL {
                let line = summary(*kind, None, *language);
                assert!(!line.is_empty() && line != key(*kind, &Facts::default()), "{kind}: {line}");
            }
        }
    }

    #[test]
    fn every_stored_payload_has_a_summary_in_every_language() {
        let forms = include_str!("../../../../domain/src/event/payload/stored_forms.json");
        let forms: Vec<serde_json::Value> = serde_json::from_str(forms).unwrap();
        for form in &forms {
            let kind = Kind::parse(form["kind"].as_str().unwrap()).unwrap();
            let payload = EventPayload::read(kind, &form["payload"]).unwrap();
            let lines = Language::ALL.iter().map(|language| summary(kind, Some(&payload), *language));
            let lines: Vec<String> = lines.collect();
            for line in &lines {
                assert!(!line.contains(['{', '[', '|']) && line.contains(' '), "{kind}: {line}");
            }
            assert_ne!(lines[0], lines[1], "{kind}");
        }
    }

    #[test]
    fn a_summary_is_in_the_language_of_its_reader() {
        let of = |kind: Kind, payload: serde_json::Value| {
            summary(kind, Some(&EventPayload::read(kind, &payload).unwrap()), Language::Korean)
        };
        assert_eq!(
            of(Kind::MemberAdded, json!({ "user_id": 2, "role": "viewer", "role_before": null })),
            "구성원이 참여했습니다: 뷰어"
        );
        let status = json!({
            "post_id": 7, "content": "Hello", "post_from": "pending", "post_to": "published", "post_status": "published",
        });
        assert_eq!(of(Kind::PostStatusChanged, status), "게시물 상태가 변경되었습니다: 게시됨 (“Hello”)");
    }
}
