//! What an event shows without a caller: responses that are the same for everyone.

use crate::schema::{Schema, sdl};
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
use async_graphql::{Request, Response};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{ActivityKind, Event, EventPayload, Subject};
use fanfare_domain::id::{PostId, TargetId, UserId, WorkspaceId};
use serde_json::json;
use std::sync::Arc;

/// A target that failed.
fn event() -> Event {
    let json = json!({
        "post_id": 7, "content": "Hello", "target_id": 9, "account_id": 3, "account_name": "Ada",
        "platform": "twitter", "from": "publishing", "to": "failed", "external_id": null, "url": null,
        "error": { "code": "rejected", "message": "Too long." }, "attempts": 1, "post_status": "failed",
    });
    let kind = ActivityKind::TargetFailed;
    Event {
        workspace_id: WorkspaceId(1),
        seq: 5,
        kind,
        subject: Subject { post_id: Some(PostId(7)), target_id: Some(TargetId(9)), ..Subject::default() },
        actor: None,
        payload: EventPayload::read(kind, &json),
        json,
        at: Timestamp::from_micros(0).unwrap(),
    }
}

async fn show(selection: &str, event: Event) -> Option<Response> {
    let request = Request::new(format!("subscription {{ {selection} }}"));
    Schema::new().show(request, Arc::new(event)).await
}

#[tokio::test]
async fn what_an_event_tells_is_shown_whoever_asks() {
    for (selection, shown) in [
        (
            "activity { kind actor { name } }",
            json!({ "activity": { "kind": "TARGET_FAILED", "actor": null } }),
        ),
        (
            "status: postStatus { to post { status } target { status error { message } } }",
            json!({ "status": {
                "to": "FAILED", "post": { "status": "FAILED" },
                "target": { "status": "FAILED", "error": { "message": "Too long." } },
            } }),
        ),
    ] {
        let response = show(selection, event()).await.unwrap();
        assert!(response.errors.is_empty(), "{selection}: {:?}", response.errors);
        assert_eq!(response.data.into_json().unwrap(), shown);
    }
    let untold = event();
    assert!(show("inboxMessages { cursor }", Event { payload: None, ..untold }).await.is_none());
}

#[tokio::test]
async fn what_needs_a_row_or_the_asker_cannot_be_shown_without_them() {
    let by_someone = || Event { actor: Some(UserId(1)), ..event() };
    for selection in [
        "activity { cursor subject { id } }",
        "activity { cursor actor { id } }",
        "postStatus { cursor post { content } }",
        "postStatus { cursor target { account { name } } }",
    ] {
        let response = show(selection, by_someone()).await.unwrap();
        assert!(!response.errors.is_empty(), "{selection}: {:?}", response.data);
    }
}

#[test]
fn every_argument_of_a_subscription_is_optional() {
    let schema = parse_schema(sdl()).unwrap();
    let roots = schema.definitions.into_iter().filter_map(|definition| match definition {
        TypeSystemDefinition::Type(ty) if ty.node.name.node == "Subscription" => Some(ty.node.kind),
        _ => None,
    });
    let mut arguments = 0;
    for root in roots {
        let TypeKind::Object(root) = root else { continue };
        for argument in root.fields.iter().flat_map(|field| &field.node.arguments) {
            assert!(argument.node.ty.node.nullable, "{}", argument.node.name.node);
            arguments += 1;
        }
    }
    assert!(arguments > 0, "the root of subscriptions was not found");
}
