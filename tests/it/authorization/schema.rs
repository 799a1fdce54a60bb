//! The fields of the roots as the server itself tells them, so that a new one cannot be overlooked.

use super::calls::Call;
use crate::support::graphql::Graphql;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const TYPE: &str = "kind name ofType { kind name ofType { kind name ofType { kind name } } }";

/// What is needed to ask for a field.
struct Field {
    /// Names and types, such as `$id: ID!`.
    arguments: Vec<(String, String)>,
    selection: &'static str,
}

/// Root and field to what is needed to ask for it.
pub struct Roots(BTreeMap<(&'static str, String), Field>);

impl Roots {
    pub async fn read(graphql: &Graphql) -> Self {
        let mut roots = BTreeMap::new();
        for root in ["Query", "Mutation", "Subscription"] {
            let document = format!(
                "{{ __type(name: \"{root}\") {{ fields {{ name args {{ name type {{ {TYPE} }} }} type {{ {TYPE} }} }} }} }}"
            );
            let told = graphql.data(&document, json!({})).await;
            for field in told["__type"]["fields"].as_array().unwrap() {
                let arguments = field["args"].as_array().unwrap().iter();
                let arguments = arguments.map(|it| (text(&it["name"]), written(&it["type"]))).collect();
                let selection = selection(root, innermost(&field["type"]));
                roots.insert((root, text(&field["name"])), Field { arguments, selection });
            }
        }
        Self(roots)
    }

    pub fn fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.keys().map(|(root, field)| (*root, field.as_str()))
    }

    /// A document that asks for the field with the call's arguments as its variables.
    pub fn document(&self, call: &Call) -> String {
        let field = &self.0[&(call.root, call.field.to_owned())];
        let given = |name: &str| call.arguments.get(name).is_some();
        let used: Vec<_> = field.arguments.iter().filter(|(name, _)| given(name)).collect();
        let list = |parts: Vec<String>| {
            if parts.is_empty() { String::new() } else { format!("({})", parts.join(", ")) }
        };
        let variables = list(used.iter().map(|(name, kind)| format!("${name}: {kind}")).collect());
        let arguments = list(used.iter().map(|(name, _)| format!("{name}: ${name}")).collect());
        let operation = call.root.to_lowercase();
        format!("{operation}{variables} {{ {}{arguments} {} }}", call.field, field.selection)
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// The type as a document writes it.
fn written(kind: &Value) -> String {
    match kind["kind"].as_str().unwrap() {
        "NON_NULL" => format!("{}!", written(&kind["ofType"])),
        "LIST" => format!("[{}]", written(&kind["ofType"])),
        _ => text(&kind["name"]),
    }
}

fn innermost(kind: &Value) -> &Value {
    if kind["ofType"].is_null() { kind } else { innermost(&kind["ofType"]) }
}

fn selection(root: &str, kind: &Value) -> &'static str {
    match kind["kind"].as_str().unwrap() {
        "SCALAR" | "ENUM" => "",
        _ if kind["name"] == "CreatePostsPayload" => {
            "{ created userErrors { code message path } refusals { userErrors { code message path } } }"
        }
        _ if ["CancelPostsPayload", "DeletePostsPayload", "ReschedulePostsPayload"]
            .iter()
            .any(|name| kind["name"] == *name) =>
        {
            "{ userErrors { code message path } results { userErrors { code message path } } }"
        }
        _ if kind["name"] == "PostValidation" => {
            "{ userErrors { code message path } targets { __typename } }"
        }
        _ if root == "Mutation" => "{ userErrors { code message path } }",
        _ => "{ __typename }",
    }
}
