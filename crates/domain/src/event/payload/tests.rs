//! The stored forms, as rows hold them since the first version. A form may gain a field; none may lose or rename one.

use super::*;
use serde_json::json;
use std::collections::BTreeSet;

/// One stored payload of each kind.
fn golden() -> Vec<(ActivityKind, Value)> {
    let mut all = people();
    all.extend(accounts());
    all.extend(posts());
    all.extend(inbox());
    all.extend(library());
    all
}

fn people() -> Vec<(ActivityKind, Value)> {
    use ActivityKind as K;
    let key = json!({
        "api_key_id": 3, "name": "robot", "prefix": "ff_ab12", "scopes": ["read", "write"],
        "expires_at": "2026-11-22T12:30:00.250000Z",
    });
    let member = json!({ "user_id": 2 });
    vec![
        (K::WorkspaceCreated, json!({ "workspace_id": 1, "name": "Ada's", "user_id": 2 })),
        (K::InvitationCreated, json!({ "invitation_id": 6, "role": "editor" })),
        (K::InvitationRevoked, json!({ "invitation_id": 6, "role": "editor" })),
        (K::MemberAdded, json!({ "user_id": 2, "role": "editor", "role_before": null })),
        (K::MemberAdded, json!({ "user_id": 2, "role": "editor", "role_before": null, "invitation_id": 6 })),
        (K::MemberRoleChanged, json!({ "user_id": 2, "role": "admin", "role_before": "editor" })),
        (K::MemberRemoved, json!({ "user_id": 2, "role_before": "viewer" })),
        (K::MemberProfileChanged, member.clone()),
        (K::MemberEmailChanged, member.clone()),
        (K::MemberPasswordChanged, member.clone()),
        (K::MemberSecondFactorEnabled, member.clone()),
        (K::MemberSecondFactorDisabled, member.clone()),
        (K::MemberRecoveryCodesMade, member.clone()),
        (K::MemberRecoveryCodeUsed, member.clone()),
        (K::MemberSecondFactorLocked, member.clone()),
        (K::MemberSignedIn, member),
        (K::MemberSignInFailed, json!({ "user_id": 2, "reason": "password" })),
        (K::MemberErased, json!({ "user_id": 2, "role_before": "owner" })),
        (K::KeyCreated, key.clone()),
        (K::KeyRotated, key.clone()),
        (K::KeyRevoked, key),
    ]
}

fn accounts() -> Vec<(ActivityKind, Value)> {
    use ActivityKind as K;
    let state = |status: &str, reason: Value| json!({ "account_id": 4, "platform": "twitter", "account_name": "Ada", "status": status, "reason": reason });
    vec![
        (K::AccountConnected, state("active", Value::Null)),
        (K::AccountUpdated, state("active", Value::Null)),
        // From the metrics: only counts changed.
        (K::AccountUpdated, json!({ "account_id": 4, "platform": "twitter", "account_name": "Ada" })),
        (K::AccountReconnectRequired, state("reconnect_required", json!("The token was revoked."))),
        (K::AccountDisconnected, state("disconnected", Value::Null)),
        (
            K::AccountTokenExpiring,
            json!({
                "account_id": 4, "platform": "instagram", "account_name": "Ada", "status": "active",
                "expires_at": "2026-12-01T00:00:00.000000Z",
            }),
        ),
        (
            K::AccountMilestone,
            json!({
                "account_id": 4, "platform": "twitter", "account_name": "Ada", "metric": "followers",
                "milestone": 500, "count": 512,
            }),
        ),
        (
            K::AccountMilestone,
            json!({
                "account_id": 4, "platform": "twitter", "account_name": "Ada", "post_id": 7, "target_id": 9,
                "content": "Hello", "metric": "engagement", "milestone": 100, "count": 101,
            }),
        ),
        (
            K::MetricsUpdated,
            json!({
                "account_id": 4, "platform": "twitter", "account_name": "Ada",
                "publications": [{
                    "post_id": 7, "target_id": 9, "content": "Hello",
                    "likes": 3, "comments": 1, "shares": null, "saves": null, "clicks": 2,
                    "views": 50, "reach": null, "impressions": 70, "engagement": 6,
                }],
            }),
        ),
    ]
}

fn posts() -> Vec<(ActivityKind, Value)> {
    use ActivityKind as K;
    let post = |at: Value, status: &str| json!({ "post_id": 7, "content": "Hello", "scheduled_at": at, "post_status": status });
    let target = |from: &str, to: &str| {
        json!({
            "post_id": 7, "content": "Hello", "target_id": 9, "account_id": 4, "account_name": "Ada",
            "platform": "twitter", "from": from, "to": to, "error": null, "external_id": null, "url": null,
            "attempts": 0, "next_attempt_at": null, "post_status": "pending",
        })
    };
    let mut failed = target("publishing", "failed");
    failed["error"] = json!({ "code": "rejected", "message": "Too long." });
    let mut published = target("publishing", "published");
    published["external_id"] = json!("1234567890");
    published["url"] = json!("https://x.com/ada/status/1234567890");
    let mut waiting = target("publishing", "pending");
    waiting["next_attempt_at"] = json!("2026-11-22T12:30:00.000000Z");
    waiting["attempts"] = json!(1);
    vec![
        (K::PostCreated, post(Value::Null, "draft")),
        (K::PostUpdated, post(Value::Null, "draft")),
        (K::PostScheduled, post(json!("2026-11-22T12:30:00.000000Z"), "scheduled")),
        (K::PostCancelled, post(json!("2026-11-22T12:30:00.000000Z"), "cancelled")),
        (K::PostDeleted, json!({ "post_id": 7, "content": "Hello" })),
        (
            K::PostStatusChanged,
            json!({
                "post_id": 7, "content": "Hello", "post_from": "pending", "post_to": "published",
                "post_status": "published",
            }),
        ),
        (K::TargetPending, waiting),
        (K::TargetPublishing, target("pending", "publishing")),
        (K::TargetPublished, published),
        (K::TargetFailed, failed),
        (K::TargetNeedsReview, target("publishing", "needs_review")),
        (K::TargetCancelled, target("scheduled", "cancelled")),
        (K::TargetCompensating, target("published", "compensating")),
        (K::TargetCompensated, target("compensating", "compensated")),
        (
            K::MediaReady,
            json!({
                "media_id": 5, "media_url": "https://example.com/a.jpg", "mime_type": "image/jpeg",
                "size_bytes": 1024, "file_name": "a.jpg", "post_id": 7, "content": "Hello", "post_status": "draft",
            }),
        ),
        (
            K::MediaFailed,
            json!({
                "media_url": "https://example.com/a.jpg", "reason": "The server answered 404.", "post_id": 7,
                "content": "Hello", "post_status": "draft",
            }),
        ),
    ]
}

fn inbox() -> Vec<(ActivityKind, Value)> {
    use ActivityKind as K;
    let read = json!({
        "message": {
            "id": 11, "workspace_id": 1, "account_id": 4, "platform": "twitter", "remote_id": "m1",
            "thread_key": "t1", "kind": "dm", "status": "unread", "sender_remote_id": "u1", "sender_name": "Bob",
            "sender_handle": "bob", "text": "Hi", "url": null, "parent_remote_id": null, "post_id": null,
            "target_id": null, "received_at": "2026-11-22T12:30:00Z", "updated_at": "2026-11-22T12:30:00.250Z",
        },
        "account_id": 4, "platform": "twitter", "sender": "Bob", "text": "Hi",
    });
    let with = |more: Value| {
        let mut payload = read.clone();
        payload.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        payload
    };
    let reply = |state: &str, error: Value| {
        with(json!({
            "reply": { "id": 13, "state": state, "text": "Hello", "remote_id": null, "url": null }, "error": error,
        }))
    };
    vec![
        (K::InboxMessageReceived, with(json!({ "account_name": "Ada" }))),
        (K::InboxRead, read.clone()),
        (
            K::InboxReplyQueued,
            with(json!({
                "reply": { "id": 13, "state": "queued", "text": "Hello", "remote_id": null, "url": null },
            })),
        ),
        (K::InboxReplied, reply("confirmed", Value::Null)),
        (K::InboxReplyFailed, reply("refused", json!({ "message": "You cannot write to this user." }))),
    ]
}

fn library() -> Vec<(ActivityKind, Value)> {
    use ActivityKind as K;
    let media = json!({ "media_id": 5, "mime_type": "image/jpeg", "size_bytes": 1024, "file_name": null });
    let campaign = json!({ "campaign_id": 6, "name": "Spring", "status": "paused", "posts_changed": 2 });
    let template =
        json!({ "template_id": 1001, "name": "News", "platform": null, "category": "announcement" });
    let export = json!({
        "export_id": 8, "export_kind": "posts", "status": "running", "done": 1, "total": 2, "rows": 3, "reason": null,
    });
    let import = json!({
        "import_id": 9, "file_name": "posts.csv", "dry_run": false, "status": "done", "total": 2, "done": 2,
        "created": 1, "failed": 1, "reason": null,
    });
    let kinds = |kinds: &[K], payload: &Value| -> Vec<(K, Value)> {
        kinds.iter().map(|kind| (*kind, payload.clone())).collect()
    };
    let campaigns = [
        K::CampaignCreated,
        K::CampaignUpdated,
        K::CampaignPaused,
        K::CampaignResumed,
        K::CampaignCompleted,
        K::CampaignDeleted,
    ];
    [
        kinds(&[K::MediaUploaded, K::MediaUpdated, K::MediaDeleted], &media),
        kinds(&campaigns, &campaign),
        kinds(&[K::TemplateCreated, K::TemplateUpdated, K::TemplateDeleted], &template),
        kinds(&[K::SettingsUpdated], &json!({ "changed": ["banned_keywords", "time_zone"] })),
        kinds(&[K::ExportProgress, K::ExportReady, K::ExportFailed], &export),
        kinds(&[K::ImportProgress, K::ImportFinished], &import),
    ]
    .concat()
}

#[test]
fn every_kind_is_read_from_its_stored_form_and_written_back_the_same() {
    for (kind, stored) in golden() {
        let payload = EventPayload::read(kind, &stored).unwrap_or_else(|| panic!("{kind}: {stored}"));
        assert_eq!(payload.kind(), kind);
        assert_eq!(payload.to_json().unwrap(), stored, "{kind}");
    }
    let covered: BTreeSet<ActivityKind> = golden().into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(covered, ActivityKind::ALL.iter().copied().collect(), "a kind without a stored form");
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
