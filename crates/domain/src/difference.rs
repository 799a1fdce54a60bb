//! What an event changed, as the audit shows it.

use serde_json::{Map, Value, json};

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

    /// The form in which it is stored.
    pub fn into_json(self) -> Value {
        json!({ "before": self.before, "after": self.after })
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
}
