//! The variables that decide what is left out.

use async_graphql::parser::types::{Directive, ExecutableDocument, Selection, SelectionSet};
use async_graphql::{Name, Positioned};
use async_graphql_value::Value;
use std::collections::BTreeSet;

/// Whether a directive leaves out what does not have this value; `None`: it is another directive.
pub fn wanted(directive: &Directive) -> Option<bool> {
    match directive.name.node.as_str() {
        "include" => Some(true),
        "skip" => Some(false),
        _ => None,
    }
}

/// The variables of `@skip` and `@include` in a document, in order.
pub fn switches(document: &ExecutableDocument) -> Vec<Name> {
    let mut found = BTreeSet::new();
    for (_, operation) in document.operations.iter() {
        of_set(&operation.node.selection_set.node, &mut found);
    }
    for fragment in document.fragments.values() {
        of_set(&fragment.node.selection_set.node, &mut found);
    }
    found.into_iter().collect()
}

fn of_set(set: &SelectionSet, found: &mut BTreeSet<Name>) {
    for selection in &set.items {
        of_directives(selection.node.directives(), found);
        match &selection.node {
            Selection::Field(field) => of_set(&field.node.selection_set.node, found),
            Selection::InlineFragment(fragment) => of_set(&fragment.node.selection_set.node, found),
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn of_directives(directives: &[Positioned<Directive>], found: &mut BTreeSet<Name>) {
    for directive in directives.iter().filter(|directive| wanted(&directive.node).is_some()) {
        if let Some(Value::Variable(name)) = directive.node.get_argument("if").map(|value| &value.node) {
            found.insert(name.clone());
        }
    }
}
