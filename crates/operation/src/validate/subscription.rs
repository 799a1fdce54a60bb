//! A subscription selects one field at its root. The validator counts selections; by the specification one response key
//! is one field, however often it is selected.

use apollo_compiler::ast::{Definition, Document, FragmentDefinition, OperationType, Selection};
use std::collections::{HashMap, HashSet};

/// Whether a message says that a subscription selects too many fields.
pub fn is_about_fields(message: &str) -> bool {
    message.contains("subscription") && message.contains("one root field")
}

/// Whether there is a subscription, and each of them has one response key at its root.
pub fn asks_one_field_twice(document: &Document) -> bool {
    let mut fragments = HashMap::new();
    for definition in &document.definitions {
        if let Definition::FragmentDefinition(fragment) = definition {
            fragments.entry(fragment.name.as_str()).or_insert(&**fragment);
        }
    }
    let mut subscriptions = document.definitions.iter().filter_map(|definition| match definition {
        Definition::OperationDefinition(operation)
            if operation.operation_type == OperationType::Subscription =>
        {
            Some(&operation.selection_set)
        }
        _ => None,
    });
    subscriptions.all(|selections| {
        let (mut keys, mut visited) = (HashSet::new(), HashSet::new());
        collect(selections, &fragments, &mut keys, &mut visited);
        keys.len() == 1
    })
}

fn collect<'a>(
    selections: &'a [Selection],
    fragments: &HashMap<&str, &'a FragmentDefinition>,
    keys: &mut HashSet<&'a str>,
    visited: &mut HashSet<&'a str>,
) {
    for selection in selections {
        match selection {
            Selection::Field(field) => {
                keys.insert(field.response_name().as_str());
            }
            Selection::InlineFragment(inline) => collect(&inline.selection_set, fragments, keys, visited),
            Selection::FragmentSpread(spread) => {
                let name = spread.fragment_name.as_str();
                if visited.insert(name)
                    && let Some(fragment) = fragments.get(name)
                {
                    collect(&fragment.selection_set, fragments, keys, visited);
                }
            }
        }
    }
}
