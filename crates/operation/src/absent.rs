//! A variable that has no value is no argument: the argument's default takes its place, and a field of an input object
//! stays absent, which differs from null.

use async_graphql::Name;
use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, Selection, SelectionSet};
use async_graphql_value::Value;
use std::collections::HashSet;

/// Takes the variables that have no value out of a document of one operation.
pub fn drop_absent(document: &mut ExecutableDocument, absent: &[Name]) {
    if absent.is_empty() {
        return;
    }
    if let DocumentOperations::Single(operation) = &mut document.operations {
        let absent = absent.iter().collect();
        in_set(&mut operation.node.selection_set.node, &absent);
    }
}

fn in_set(set: &mut SelectionSet, absent: &HashSet<&Name>) {
    for selection in &mut set.items {
        match &mut selection.node {
            Selection::Field(field) => {
                let arguments = &mut field.node.arguments;
                arguments.retain_mut(|(_, value)| stays(&mut value.node, absent));
                in_set(&mut field.node.selection_set.node, absent);
            }
            Selection::InlineFragment(fragment) => in_set(&mut fragment.node.selection_set.node, absent),
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// Whether the value is present. Absent fields inside it are removed; an absent item of a list becomes null.
fn stays(value: &mut Value, absent: &HashSet<&Name>) -> bool {
    match value {
        Value::Variable(name) => !absent.contains(&*name),
        Value::List(items) => {
            for item in items {
                if !stays(item, absent) {
                    *item = Value::Null;
                }
            }
            true
        }
        Value::Object(fields) => {
            fields.retain(|_, value| stays(value, absent));
            true
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;

    #[test]
    fn an_absent_variable_is_no_argument_no_field_and_a_null_in_a_list() {
        let source = "query($a: Int, $b: Int) {c(d: $a, e: $b, f: {g: $a, h: [$a, $b]}) {i(j: {k: $a})}}";
        let mut document = parse_query(source).unwrap();
        drop_absent(&mut document, &[Name::new("a")]);
        let told = format!("{document:?}");
        assert!(!told.contains("Variable(Name(\"a\"))"), "{told}");
        assert!(told.contains("Null") && told.contains("Variable(Name(\"b\"))"), "{told}");
    }
}
