//! How the events of a subscription are shown: what is selected of them, apart from which of them are meant.

use super::collect::Form;
use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, Field, Selection, SelectionSet};
use async_graphql::{Name, Variables};
use async_graphql_value::Value;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A subscription without the arguments of its field. Those say which events are meant: none of them shows in an event.
#[derive(Debug)]
pub struct EventForm {
    document: ExecutableDocument,
    /// The variables that its selection uses.
    variables: BTreeSet<Name>,
}

impl EventForm {
    /// `document`: a normal form.
    pub(crate) fn new(document: &ExecutableDocument) -> Self {
        let mut document = document.clone();
        let mut variables = BTreeSet::new();
        if let DocumentOperations::Single(operation) = &mut document.operations {
            for selection in &mut operation.node.selection_set.node.items {
                if let Selection::Field(field) = &mut selection.node {
                    field.node.arguments.clear();
                }
            }
            of_set(&operation.node.selection_set.node, &mut variables);
            let declared = &mut operation.node.variable_definitions;
            declared.retain(|definition| variables.contains(&definition.node.name.node));
        }
        Self { document, variables }
    }
}

/// What it takes to show an event to a subscriber.
#[derive(Debug)]
pub struct Showing {
    form: Arc<Form>,
    /// Where a variable of the selection has no value: without it.
    shortened: Option<Box<EventForm>>,
    /// Those that the selection uses.
    variables: Variables,
    id: [u8; 32],
}

impl Showing {
    /// `runs`: the whole operation as it is to run, with these variables.
    pub(crate) fn new(form: &Arc<Form>, runs: &ExecutableDocument, all: &Variables) -> Self {
        let selected = form.of_event();
        let lacks_one = selected.variables.iter().any(|name| !all.contains_key(name));
        let shortened = lacks_one.then(|| Box::new(EventForm::new(runs)));
        let mut variables = Variables::default();
        for name in &selected.variables {
            if let Some(value) = all.get(name) {
                variables.insert(name.clone(), value.clone());
            }
        }
        let mut hash = Sha256::new();
        hash.update(form.id());
        // As literals, which tell an enum's value from a text.
        hash.update(variables.to_string());
        Self { form: Arc::clone(form), shortened, variables, id: hash.finalize().into() }
    }

    /// The same for the same selection with the same values; no other has it.
    pub fn id(&self) -> &[u8; 32] {
        &self.id
    }

    /// The same for readers of one language; it has an id of its own.
    #[must_use]
    pub fn in_language(mut self, code: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.id);
        hash.update(code);
        self.id = hash.finalize().into();
        self
    }

    /// The normal form of the subscription.
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// What the library runs for one event.
    pub fn parts(&self) -> (ExecutableDocument, Variables) {
        let form = self.shortened.as_deref().unwrap_or_else(|| self.form.of_event());
        (form.document.clone(), self.variables.clone())
    }
}

fn of_set(set: &SelectionSet, found: &mut BTreeSet<Name>) {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => of_field(&field.node, found),
            Selection::InlineFragment(fragment) => of_set(&fragment.node.selection_set.node, found),
            // A normal form has none.
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn of_field(field: &Field, found: &mut BTreeSet<Name>) {
    for (_, value) in &field.arguments {
        of_value(&value.node, found);
    }
    of_set(&field.selection_set.node, found);
}

fn of_value(value: &Value, found: &mut BTreeSet<Name>) {
    match value {
        Value::Variable(name) => {
            found.insert(name.clone());
        }
        Value::List(items) => items.iter().for_each(|item| of_value(item, found)),
        Value::Object(fields) => fields.values().for_each(|value| of_value(value, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preparer::Preparer;
    use fanfare_query_limits::Limits;
    use serde_json::json;

    const SDL: &str = "
        type Query { event: Event }
        type Subscription { events(after: String, kinds: [String!]): Event }
        type Event { cursor: String post(size: Int, box: Box): Event }
        input Box { size: Int }
        schema { query: Query subscription: Subscription }
    ";

    fn showing(source: &str, variables: serde_json::Value) -> Showing {
        let preparer = Preparer::new(SDL, Limits::default(), false).unwrap();
        let document = preparer.document(source).unwrap();
        let serde_json::Value::Object(variables) = variables else { panic!("no object") };
        preparer.select(&document, None, variables).unwrap().showing()
    }

    #[test]
    fn where_a_subscription_begins_does_not_show_in_its_events() {
        let source = "subscription($after: String, $kinds: [String!]) {
            events(after: $after, kinds: $kinds) { cursor } }";
        let (one, other) =
            (showing(source, json!({ "after": "a" })), showing(source, json!({ "kinds": ["b"] })));
        assert_eq!(one.id(), other.id());
        for showing in [one, other] {
            let (document, variables) = showing.parts();
            assert_eq!(variables, Variables::default());
            assert!(showing.shortened.is_none(), "the form's own document is shared");
            let told = format!("{document:?}");
            assert!(told.contains("cursor") && !told.contains("after") && !told.contains("kinds"), "{told}");
        }
    }

    #[test]
    fn each_language_is_another_showing() {
        let shown = || showing("subscription { events { cursor } }", json!({}));
        assert_eq!(shown().in_language("ko").id(), shown().in_language("ko").id());
        assert_ne!(shown().in_language("ko").id(), shown().in_language("en").id());
        assert_ne!(shown().in_language("ko").id(), shown().id());
    }

    #[test]
    fn another_selection_or_another_value_in_it_is_another_showing() {
        let source = "subscription($after: String, $size: Int) {
            events(after: $after) { post(box: { size: $size }) { cursor } } }";
        let of = |variables| showing(source, variables);
        let sized = of(json!({ "size": 1, "after": "a" }));
        assert_eq!(sized.id(), of(json!({ "size": 1 })).id());
        assert_eq!(sized.parts().1.len(), 1);
        let absent = of(json!({ "after": "a" }));
        for other in [of(json!({ "size": 2 })), of(json!({ "size": null })), of(json!({}))] {
            assert_ne!(other.id(), sized.id());
        }
        assert_ne!(absent.id(), of(json!({ "size": null })).id());
        assert!(!format!("{:?}", absent.parts().0).contains("Variable(Name(\"size\"))"));
        let less = showing("subscription { events { cursor } }", json!({}));
        assert_ne!(less.id(), showing("subscription { events { c: cursor } }", json!({})).id());
    }
}
