//! How much stands in the arguments of a document.

use async_graphql::parser::types::Directive;
use async_graphql::{Name, Positioned};
use async_graphql_value::Value;

/// So many bytes of a text are as much as one more value.
const BYTES: usize = 256;

/// The values in arguments, lists and objects and what is in them included. A long text counts by its length.
pub fn of_arguments(arguments: &[(Positioned<Name>, Positioned<Value>)]) -> u64 {
    sum(arguments.iter().map(|(_, value)| &value.node))
}

/// The directives at one place, with the values in their arguments.
pub fn of_directives(directives: &[Positioned<Directive>]) -> u64 {
    let each = directives.iter().map(|directive| of_arguments(&directive.node.arguments).saturating_add(1));
    each.fold(0, u64::saturating_add)
}

fn of_value(value: &Value) -> u64 {
    let inner = match value {
        Value::List(items) => sum(items.iter()),
        Value::Object(fields) => sum(fields.values()),
        Value::String(text) => u64::try_from(text.len() / BYTES).unwrap_or(u64::MAX),
        _ => 0,
    };
    inner.saturating_add(1)
}

fn sum<'a>(values: impl Iterator<Item = &'a Value>) -> u64 {
    values.map(of_value).fold(0, u64::saturating_add)
}
