//! Values as a document writes them.

use apollo_compiler::Schema;
use apollo_compiler::ast::Type;
use serde_json::Value;

/// A value of this type. Text of an enum is a name, text of any other type a string.
pub fn literal(schema: &Schema, kind: &Type, value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| literal(schema, kind.item_type(), item)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(members) => {
            let definition = schema.get_input_object(kind.inner_named_type());
            let fields = &definition.expect("only input objects have members").fields;
            let members = members.iter().map(|(name, value)| {
                format!("{name}: {}", literal(schema, &fields[name.as_str()].ty, value))
            });
            format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
        }
        Value::String(name) if schema.get_enum(kind.inner_named_type()).is_some() => name.clone(),
        other => other.to_string(),
    }
}

#[test]
fn values_are_written_as_their_types_ask() {
    let schema = crate::support::answer_check::schema();
    let filter = schema.type_field("Query", "posts").unwrap().argument_by_name("filter").unwrap();
    let value = serde_json::json!({ "statuses": ["DRAFT"], "text": "a \"word\"", "accountId": null });
    let written = literal(schema, &filter.ty, &value);
    assert_eq!(written, r#"{ accountId: null, statuses: [DRAFT], text: "a \"word\"" }"#);
}
