//! The stored forms, as rows hold them since the first version. A form may gain a field; none may lose or rename one.

use super::*;
use serde_json::json;
use std::collections::BTreeSet;

/// The stored payloads: at least one of each kind.
fn golden() -> Vec<(ActivityKind, Value)> {
    let stored: Vec<Value> = serde_json::from_str(include_str!("stored_forms.json")).unwrap();
    let kind = |form: &Value| ActivityKind::parse(form["kind"].as_str().unwrap()).unwrap();
    stored.into_iter().map(|mut form| (kind(&form), form["payload"].take())).collect()
}

#[test]
fn every_kind_is_read_from_its_stored_form_and_written_back_the_same() {
    for (kind, stored) in golden() {
        let payload = EventPayload::read(kind, &stored).unwrap_or_else(|| panic!("{kind}: {stored}"));
        assert_eq!(payload.kind(), kind);
        assert_eq!(payload.to_json().unwrap(), stored, "{kind}");
    }
    let covered: BTreeSet<ActivityKind> = golden().into_iter().map(|(kind, _)| kind).collect();
    let known = ActivityKind::ALL.iter().copied().filter(|kind| *kind != ActivityKind::Unknown);
    assert_eq!(covered, known.collect(), "a kind without a stored form");
}

#[test]
fn a_name_that_was_erased_is_none() {
    let stored = json!({ "workspace_id": 1, "name": null, "user_id": 2 });
    let Some(EventPayload::WorkspaceCreated(workspace)) =
        EventPayload::read(ActivityKind::WorkspaceCreated, &stored)
    else {
        panic!("not read")
    };
    assert_eq!(workspace.name, None);
}

#[test]
fn a_field_of_a_later_version_is_ignored_and_a_value_of_one_makes_the_payload_unreadable() {
    let mut stored = json!({ "user_id": 2, "role": "editor", "role_before": null, "since": "tomorrow" });
    assert!(EventPayload::read(ActivityKind::MemberAdded, &stored).is_some());
    stored["role"] = json!("emperor");
    assert_eq!(EventPayload::read(ActivityKind::MemberAdded, &stored), None);
    assert_eq!(EventPayload::read(ActivityKind::TargetFailed, &Value::Null), None);
}

#[test]
fn a_kind_of_another_version_is_unknown_and_has_no_payload() {
    assert_eq!(ActivityKind::of_stored("post.created"), ActivityKind::PostCreated);
    assert_eq!(ActivityKind::of_stored("post.pinned"), ActivityKind::Unknown);
    assert_eq!(EventPayload::read(ActivityKind::Unknown, &json!({ "post_id": 7 })), None);
}

#[test]
fn what_subscribers_ask_for_is_found_in_the_payloads_that_have_it() {
    let of = |wanted: ActivityKind| {
        let (kind, stored) = golden().into_iter().find(|(kind, _)| *kind == wanted).unwrap();
        EventPayload::read(kind, &stored).unwrap()
    };
    let failed = of(ActivityKind::TargetFailed);
    assert_eq!(failed.post_status(), Some(PostStatus::Pending));
    assert_eq!(failed.target().and_then(|it| it.error.as_ref()?.message.as_deref()), Some("Too long."));
    assert_eq!(of(ActivityKind::PostStatusChanged).post_status(), Some(PostStatus::Published));
    assert_eq!(of(ActivityKind::InboxReplied).inbox_message().map(|it| it.sender_name.as_str()), Some("Bob"));
    assert_eq!(of(ActivityKind::KeyRevoked).api_key(), Some(ApiKeyId(3)));
    let settings = of(ActivityKind::SettingsUpdated);
    assert!(settings.target().is_none() && settings.post_status().is_none() && settings.api_key().is_none());
}
