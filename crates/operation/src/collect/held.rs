//! What a normal form takes in memory; estimated, generously.

use async_graphql::{Name, Positioned};
use async_graphql_value::Value;

/// A form without fields, with its key.
pub const FORM: usize = 1 << 10;
/// A field in the document that runs and in the shape of its answer.
pub const FIELD: usize = 512;
/// A selected field with its type.
pub const SELECTED: usize = 96;
/// A value, or a name of one.
const VALUE: usize = 96;

/// The arguments of a field, which each place that it is spread into has for itself.
pub fn by_arguments(arguments: &[(Positioned<Name>, Positioned<Value>)]) -> usize {
    arguments
        .iter()
        .map(|(_, value)| VALUE.saturating_add(by_value(&value.node)))
        .fold(0, usize::saturating_add)
}

fn by_value(value: &Value) -> usize {
    let inner = match value {
        Value::List(items) => items.iter().map(by_value).fold(0, usize::saturating_add),
        Value::Object(fields) => {
            let each = fields.values().map(|value| VALUE.saturating_add(by_value(value)));
            each.fold(0, usize::saturating_add)
        }
        Value::String(text) => text.len(),
        _ => 0,
    };
    inner.saturating_add(VALUE)
}
