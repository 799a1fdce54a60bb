//! What an event changed, as the audit shows it.

use super::event::NewEvent;
use serde_json::{Map, Value, json};

/// Where a [`NewEvent`] carries it until it is stored: subscribers never see it.
const CARRIED: &str = "changes";

/// Both sides of a change, each with the fields that differ; `null`: there was, or is, no such object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub before: Value,
    pub after: Value,
}

impl Difference {
    /// From two objects, either of which may be `null`; `None`: they are the same.
    fn between(before: Value, after: Value) -> Option<Self> {
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
}

impl NewEvent {
    /// Adds what differs between two states of its object; `null` before a creation and after a deletion. No secret may
    /// stand in them.
    #[must_use]
    pub fn changing(mut self, before: Value, after: Value) -> Self {
        if let Some(Difference { before, after }) = Difference::between(before, after)
            && let Some(payload) = self.payload.as_object_mut()
        {
            payload.insert(CARRIED.to_owned(), json!({ "before": before, "after": after }));
        }
        self
    }

    /// Takes out what [`NewEvent::changing`] added, in the form in which it is stored.
    pub fn take_changes(&mut self) -> Option<Value> {
        self.payload.as_object_mut()?.remove(CARRIED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{ActivityKind, Subject};

    fn changes(before: Value, after: Value) -> Option<Value> {
        let kind = ActivityKind::PostUpdated;
        let event = NewEvent { kind, subject: Subject::default(), payload: json!({ "post_id": 1 }) };
        let mut event = event.changing(before, after);
        let changes = event.take_changes();
        assert_eq!(event.payload, json!({ "post_id": 1 }), "nothing of it is left to subscribers");
        changes
    }

    #[test]
    fn only_what_differs_is_kept_of_two_states() {
        let (old, new) = (json!({ "a": 1, "b": 2 }), json!({ "a": 1, "b": 3 }));
        assert_eq!(changes(old.clone(), new), Some(json!({ "before": { "b": 2 }, "after": { "b": 3 } })));
        assert_eq!(changes(old.clone(), old.clone()), None);
        assert_eq!(changes(Value::Null, old.clone()), Some(json!({ "before": null, "after": old })));
        assert_eq!(changes(old.clone(), Value::Null), Some(json!({ "before": old, "after": null })));
    }
}
