//! The events of a long scenario, read with the type of their kind and as JSON: both say the same.

use crate::support::answer_check::schema;
use crate::support::graphql::Graphql;
use apollo_compiler::{Name, Schema};
use fanfare_domain::global_id;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Types whose events a scenario without polls, expiring tokens and sign-ins does not have.
const ELSEWHERE: &[&str] = &[
    "AccountMilestoneEventPayload",
    "AccountTokenExpiringEventPayload",
    "MediaFailedEventPayload",
    "MediaReadyEventPayload",
    "MemberEventPayload",
    "MetricsEventPayload",
    "SignInFailedEventPayload",
    "UnknownEventPayload",
];

/// Which of the objects that events name are there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// Nothing was deleted.
    All,
    Some,
}

/// Reads the newest events of the reader's workspace.
///
/// # Panics
/// If a type shows something else than what is stored, or an object is not shown that must be there.
pub async fn assert_typed(reader: &Graphql, named: Named) {
    let schema = schema();
    let members: Vec<&str> = members(schema).collect();
    let fragments =
        members.iter().map(|member| format!("... on {member} {{ {} }}", selection(schema, member)));
    let document = format!(
        "{{ viewer {{ workspace {{ activity(last: 200) {{ kind payloadJson payload {{ __typename {} }} }} }} }} }}",
        fragments.collect::<Vec<_>>().join(" ")
    );
    let answer = reader.data(&document, json!({})).await;
    let mut seen = BTreeSet::new();
    for event in answer["viewer"]["workspace"]["activity"].as_array().unwrap() {
        let object = event["payload"]["__typename"].as_str().unwrap();
        let comparison = Comparison { schema, event, named };
        comparison.object(object, &event["payload"], &flat(&event["payloadJson"]));
        seen.insert(object.to_owned());
    }
    if named == Named::Some {
        let missing = members.iter().filter(|member| !seen.contains(**member) && !ELSEWHERE.contains(member));
        assert_eq!(missing.collect::<Vec<_>>(), Vec::<&&str>::new(), "the scenario has no such event");
    }
}

fn members(schema: &Schema) -> impl Iterator<Item = &str> {
    schema.types.keys().map(Name::as_str).filter(move |name| schema.is_subtype("EventPayload", name))
}

/// Everything of a payload, under keys of its own; of an object that it leads to, the number.
fn selection(schema: &Schema, object: &str) -> String {
    let fields = schema.get_object(object).unwrap().fields.iter().map(|(name, definition)| {
        let named = definition.ty.inner_named_type().as_str();
        let body = if schema.types[named].is_leaf() {
            String::new()
        } else if schema.is_subtype("Node", named) {
            " { databaseId }".to_owned()
        } else {
            format!(" {{ {} }}", selection(schema, named))
        };
        format!("{object}_{name}: {name}{body}")
    });
    fields.collect::<Vec<_>>().join(" ")
}

/// The stored payload without what the schema has no object for.
fn flat(stored: &Value) -> Value {
    let mut fields: Map<String, Value> = stored.as_object().unwrap().clone();
    if fields.contains_key("role") && fields.get("role_before") == Some(&Value::Null) {
        // Of a member who joined, who had none.
        fields.remove("role_before");
    }
    if let Some(message) = fields.remove("message") {
        fields.insert("message_id".to_owned(), message["id"].clone());
    }
    if let Some(reply) = fields.remove("reply") {
        let parts = [
            ("id", "reply_id"),
            ("state", "reply_status"),
            ("text", "reply_text"),
            ("remote_id", "external_id"),
            ("url", "url"),
        ];
        // One that is only queued has no outcome to show.
        let error = fields.get("error").map(|error| error["message"].clone());
        for (part, key) in parts.iter().filter(|(part, _)| error.is_some() || ["id", "text"].contains(part)) {
            fields.insert((*key).to_owned(), reply[*part].clone());
        }
        if let Some(error) = error {
            fields.insert("error".to_owned(), error);
        }
    }
    fields.into()
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + rest
}

fn camel(key: &str) -> String {
    let mut words = key.split('_');
    words.next().unwrap().to_owned() + &words.map(capital).collect::<String>()
}

/// What the field of a stored key may be called.
fn names(key: &str) -> Vec<String> {
    let mut names = vec![camel(key)];
    if let Some(noun) = key.strip_suffix("_id") {
        names.push(camel(noun));
        names.push(format!("deleted{}Id", capital(&camel(noun))));
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
            [stored.clone(), stored.to_uppercase(), camel(stored)].contains(shown)
        }
        (Value::String(shown), Value::Number(stored)) => *shown == stored.to_string(),
        _ => shown == stored,
    }
}

struct Comparison<'a> {
    schema: &'a Schema,
    event: &'a Value,
    named: Named,
}

impl Comparison<'_> {
    fn object(&self, object: &str, shown: &Value, stored: &Value) {
        let (schema, event) = (self.schema, self.event);
        let fields = &schema.get_object(object).unwrap().fields;
        for (key, stored) in stored.as_object().unwrap() {
            let name = names(key).into_iter().find(|name| fields.contains_key(name.as_str()));
            let name = name.unwrap_or_else(|| panic!("{object} lacks {key}: {event:#}"));
            let named = fields[name.as_str()].ty.inner_named_type().as_str();
            let shown = &shown[format!("{object}_{name}")];
            if named == "ID" {
                let row = shown.as_str().map(|id| global_id::decode(id).unwrap().1);
                assert_eq!(row, stored.as_i64(), "{key}: {event:#}");
            } else if schema.types[named].is_leaf() {
                assert!(shows(shown, stored), "{key}: {event:#}");
            } else if schema.is_subtype("Node", named) {
                let row = stored.as_i64().map(|row| row.to_string());
                let is_gone = shown.is_null() && self.named == Named::Some;
                assert!(is_gone || shown["databaseId"].as_str() == row.as_deref(), "{key}: {event:#}");
            } else if let Some(items) = stored.as_array() {
                assert_eq!(shown.as_array().map(Vec::len), Some(items.len()), "{key}: {event:#}");
                for (item, stored) in items.iter().enumerate() {
                    self.object(named, &shown[item], stored);
                }
            } else if stored.is_object() {
                self.object(named, shown, stored);
            } else {
                assert!(shown.is_null() && stored.is_null(), "{key}: {event:#}");
            }
        }
    }
}
