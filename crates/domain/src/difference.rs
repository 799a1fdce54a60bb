//! What an event changed, as the audit shows it.

use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What a side holds of a field that it lacks.
const ABSENT: &Value = &Value::Null;

/// A step of the path to a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step<'a> {
    /// Of an object.
    Field(&'a str),
    /// Of a list, from 0.
    Item(usize),
}

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange<'a> {
    /// From the object to the field.
    pub path: Vec<Step<'a>>,
    /// `null` where there was none.
    pub before: &'a Value,
    /// `null` where there is none.
    pub after: &'a Value,
}

/// Both sides of a change, each with the fields that differ; `null`: there was, or is, no such object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub before: Value,
    pub after: Value,
}

impl Difference {
    /// From two objects, either of which may be `null`; `None`: they are the same. No secret may stand in them.
    pub fn between(before: Value, after: Value) -> Option<Self> {
        let (Value::Object(old), Value::Object(new)) = (&before, &after) else {
            return (before != after).then_some(Self { before, after });
        };
        let differing = |one: &Map<String, Value>, other: &Map<String, Value>| {
            let fields = one.iter().filter(|(name, value)| other.get(*name) != Some(value));
            Value::Object(fields.map(|(name, value)| (name.clone(), value.clone())).collect())
        };
        (old != new).then(|| Self { before: differing(old, new), after: differing(new, old) })
    }

    /// From the form in which it is stored.
    pub fn read(stored: &Value) -> Self {
        let side = |name: &str| stored.get(name).cloned().unwrap_or_default();
        Self { before: side("before"), after: side("after") }
    }

    /// The fields that differ, in the order of their paths. What is inside objects, and inside lists of objects, is a
    /// field of its own; any other list is one value.
    pub fn changes(&self) -> Vec<FieldChange<'_>> {
        let mut found = Vec::new();
        collect(&self.before, &self.after, &[], &mut found);
        found
    }

    /// The form in which it is stored.
    pub fn into_json(self) -> Value {
        json!({ "before": self.before, "after": self.after })
    }
}

fn collect<'a>(before: &'a Value, after: &'a Value, path: &[Step<'a>], found: &mut Vec<FieldChange<'a>>) {
    let (old, new) = (parts(before), parts(after));
    let is_branch = (!old.is_empty() || is_nothing(before)) && (!new.is_empty() || is_nothing(after));
    if !is_branch || (old.is_empty() && new.is_empty()) {
        if before != after {
            found.push(FieldChange { path: path.to_vec(), before, after });
        }
        return;
    }
    let steps: BTreeSet<Step<'a>> = old.keys().chain(new.keys()).copied().collect();
    for step in steps {
        let side = |of: &BTreeMap<Step<'a>, &'a Value>| of.get(&step).copied().unwrap_or(ABSENT);
        let path: Vec<Step<'a>> = path.iter().copied().chain([step]).collect();
        collect(side(&old), side(&new), &path, found);
    }
}

/// What a value has inside that is shown as fields of their own.
fn parts(value: &Value) -> BTreeMap<Step<'_>, &Value> {
    match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (Step::Field(name), value)).collect(),
        Value::Array(items) if items.iter().all(Value::is_object) => {
            items.iter().enumerate().map(|(number, item)| (Step::Item(number), item)).collect()
        }
        _ => BTreeMap::new(),
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored_difference(before: Value, after: Value) -> Option<Value> {
        let difference = Difference::between(before, after)?;
        let stored = difference.clone().into_json();
        assert_eq!(Difference::read(&stored), difference, "it is read as it was stored");
        Some(stored)
    }

    #[test]
    fn only_what_differs_is_kept_of_two_states() {
        let (old, new) = (json!({ "a": 1, "b": 2 }), json!({ "a": 1, "b": 3 }));
        assert_eq!(
            stored_difference(old.clone(), new),
            Some(json!({ "before": { "b": 2 }, "after": { "b": 3 } }))
        );
        assert_eq!(stored_difference(old.clone(), old.clone()), None);
        assert_eq!(
            stored_difference(Value::Null, old.clone()),
            Some(json!({ "before": null, "after": old }))
        );
        assert_eq!(
            stored_difference(old.clone(), Value::Null),
            Some(json!({ "before": old, "after": null }))
        );
    }
    fn changes(before: Value, after: Value) -> Vec<(String, Value, Value)> {
        let difference = Difference::between(before, after).unwrap();
        let shown = |change: &FieldChange<'_>| {
            let path = change.path.iter().map(|step| match step {
                Step::Field(name) => (*name).to_owned(),
                Step::Item(number) => number.to_string(),
            });
            (path.collect::<Vec<_>>().join("."), change.before.clone(), change.after.clone())
        };
        difference.changes().iter().map(shown).collect()
    }

    fn change(path: &str, before: Value, after: Value) -> (String, Value, Value) {
        (path.to_owned(), before, after)
    }

    #[test]
    fn changes_are_fields_with_both_sides_in_the_order_of_their_paths() {
        let (old, new) = (
            json!({ "title": "A", "tags": ["x"], "same": 1, "targets": [{ "id": 4, "title": null }] }),
            json!({ "title": "B", "tags": [], "same": 1, "targets": [{ "id": 4, "title": "T" }, { "id": 5 }] }),
        );
        assert_eq!(
            changes(old, new),
            [
                change("tags", json!(["x"]), json!([])),
                change("targets.0.title", json!(null), json!("T")),
                change("targets.1.id", json!(null), json!(5)),
                change("title", json!("A"), json!("B")),
            ]
        );
    }

    #[test]
    fn of_a_creation_and_a_deletion_each_field_with_a_value_is_a_change() {
        let object = json!({ "name": "A", "note": null, "targets": [{ "id": 4 }], "tags": [] });
        assert_eq!(
            changes(Value::Null, object.clone()),
            [
                change("name", json!(null), json!("A")),
                change("tags", json!(null), json!([])),
                change("targets.0.id", json!(null), json!(4)),
            ]
        );
        let deleted = changes(object, Value::Null);
        assert_eq!(deleted.len(), 3);
        assert!(deleted.iter().all(|(_, _, after)| after.is_null()));
    }

    #[test]
    fn a_list_that_gets_its_first_objects_and_a_value_that_becomes_an_object_are_told_apart() {
        assert_eq!(
            changes(json!({ "targets": [] }), json!({ "targets": [{ "id": 4 }] })),
            [change("targets.0.id", json!(null), json!(4))]
        );
        assert_eq!(
            changes(json!({ "value": 1 }), json!({ "value": { "a": 1 } })),
            [change("value", json!(1), json!({ "a": 1 }))]
        );
    }
}
