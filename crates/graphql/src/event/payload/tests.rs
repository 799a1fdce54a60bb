//! Every kind of event has a type, whose fields are what the kind's payload holds.

use super::EventPayload;
use crate::event::field_name;
use crate::schema::{Schema, sdl};
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{BaseType, Type, TypeKind, TypeSystemDefinition};
use async_graphql::{OutputType as _, Request};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{self, ActivityKind, Event, Subject};
use fanfare_domain::id::WorkspaceId;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

fn event(kind: ActivityKind, json: Value) -> Event {
    Event {
        workspace_id: WorkspaceId(1),
        seq: 5,
        kind,
        subject: Subject::default(),
        actor: None,
        payload: event::EventPayload::read(kind, &json),
        json,
        at: Timestamp::from_micros(0).unwrap(),
    }
}

/// An event of each stored form.
fn events() -> Vec<Event> {
    let forms = include_str!("../../../../domain/src/event/payload/stored_forms.json");
    let forms: Vec<Value> = serde_json::from_str(forms).unwrap();
    let read = |form: &Value| {
        let kind = ActivityKind::parse(form["kind"].as_str().unwrap()).unwrap();
        event(kind, form["payload"].clone())
    };
    forms.iter().map(read).collect()
}

/// The fields of each object of the schema, and whether each is a leaf.
fn fields() -> BTreeMap<String, BTreeMap<String, bool>> {
    let definitions = parse_schema(sdl()).unwrap().definitions;
    let types = definitions.iter().filter_map(|definition| match definition {
        TypeSystemDefinition::Type(ty) => Some(&ty.node),
        _ => None,
    });
    let is_branch =
        |kind: &TypeKind| matches!(kind, TypeKind::Object(_) | TypeKind::Interface(_) | TypeKind::Union(_));
    let branches: BTreeSet<&str> =
        types.clone().filter(|ty| is_branch(&ty.kind)).map(|ty| ty.name.node.as_str()).collect();
    let mut found = BTreeMap::new();
    for ty in types {
        let TypeKind::Object(object) = &ty.kind else { continue };
        let leaves = object
            .fields
            .iter()
            .map(|field| (field.node.name.node.to_string(), !branches.contains(base(&field.node.ty.node))));
        found.insert(ty.name.node.to_string(), leaves.collect());
    }
    found
}

fn base(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name.as_str(),
        BaseType::List(inner) => base(inner),
    }
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + rest
}

/// What the field of a stored key may be called.
fn names(key: &str) -> Vec<String> {
    let mut names = vec![field_name(key)];
    if let Some(noun) = key.strip_suffix("_id") {
        names.push(field_name(noun));
        names.push(format!("deleted{}Id", capital(&field_name(noun))));
    }
    let other = match key {
        "from" | "post_from" => "statusBefore",
        "to" => "status",
        "post_to" => "postStatus",
        "export_id" => "dataExport",
        "import_id" => "postImport",
        _ => return names,
    };
    names.push(other.to_owned());
    names
}

/// Whether a leaf shows what is stored: enums are written in capitals, large numbers as text, fields as the schema names
/// them.
fn shows(shown: &Value, stored: &Value) -> bool {
    match (shown, stored) {
        (Value::Array(shown), Value::Array(stored)) => {
            shown.len() == stored.len() && shown.iter().zip(stored).all(|(one, other)| shows(one, other))
        }
        (Value::String(shown), Value::String(stored)) => {
            [stored.clone(), stored.to_uppercase(), field_name(stored)].contains(shown)
        }
        (Value::String(shown), Value::Number(stored)) => *shown == stored.to_string(),
        _ => shown == stored,
    }
}

async fn payload(schema: &Schema, event: Event, selection: &str) -> Value {
    let request = Request::new(format!("subscription {{ activity {{ payload {{ {selection} }} }} }}"));
    let response = schema.show(request, Arc::new(event)).await.unwrap();
    assert!(response.errors.is_empty(), "{selection}: {:?}", response.errors);
    response.data.into_json().unwrap()["activity"]["payload"].take()
}

#[tokio::test]
async fn the_type_of_every_kind_shows_what_its_payload_holds() {
    let (schema, fields) = (Schema::new(), fields());
    let mut kinds = BTreeSet::new();
    for event in events() {
        let (kind, stored) = (event.kind, event.json.clone());
        let named = EventPayload::from(&event).introspection_type_name().into_owned();
        assert_ne!(named, "UnknownEventPayload", "{kind}");
        let known = &fields[&named];
        let leaves: Vec<&str> =
            known.iter().filter_map(|(name, leaf)| leaf.then_some(name.as_str())).collect();
        let shown =
            payload(&schema, event, &format!("... on {named} {{ __typename {} }}", leaves.join(" "))).await;
        assert_eq!(shown["__typename"], named, "{kind}");
        for (key, value) in stored.as_object().unwrap() {
            if kind == ActivityKind::MemberAdded && key == "role_before" {
                // Who joins had no role: always null.
                continue;
            }
            let name = names(key).into_iter().find(|name| known.contains_key(name));
            let name = name.unwrap_or_else(|| panic!("{kind}: {named} lacks {key}"));
            // An id is shown as a global one, and objects have fields of their own.
            let is_compared = known[&name] && !name.ends_with("Id") && !value.is_object();
            assert!(!is_compared || shows(&shown[&name], value), "{kind}: {key} of {stored} in {shown}");
        }
        kinds.insert(kind);
    }
    let known = ActivityKind::ALL.iter().copied().filter(|kind| *kind != ActivityKind::Unknown);
    assert_eq!(kinds, known.collect(), "a kind without a stored form");
}

#[tokio::test]
async fn a_payload_of_another_version_is_shown_as_it_is_stored() {
    let stored = json!({ "user_id": 2, "role": "emperor", "role_before": null });
    let schema = Schema::new();
    let shown = payload(
        &schema,
        event(ActivityKind::MemberAdded, stored.clone()),
        "__typename ... on UnknownEventPayload { json } ... on MemberAddedEventPayload { role }",
    );
    assert_eq!(shown.await, json!({ "__typename": "UnknownEventPayload", "json": stored }));
}

#[tokio::test]
async fn fields_that_an_earlier_version_did_not_store_are_null() {
    let stored = json!({
        "post_id": 7, "target_id": 9, "account_id": 3, "from": "publishing", "to": "failed", "post_status": "failed",
    });
    let selection =
        "... on PostTargetEventPayload { status accountName platform error { message } url nextAttemptAt }";
    assert_eq!(
        payload(&Schema::new(), event(ActivityKind::TargetFailed, stored), selection).await,
        json!({
            "status": "FAILED", "accountName": null, "platform": null, "error": null, "url": null,
            "nextAttemptAt": null,
        })
    );
}
