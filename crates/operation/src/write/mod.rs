//! The answer, written by walking the operation over the result.
//!
//! The library leaves out what failed, whatever its type, answers null for an object of which everything failed, and
//! tells keys in the order in which they were done. What is written here has every selected key in the order of the
//! selection, null where a nullable field failed, and null for the nearest nullable parent where another one did.

mod faults;
mod paths;
#[cfg(test)]
mod tests;

pub use paths::settle_paths;

use super::shape::{Field, Inner, Nesting, Object, Shape, TYPE_KEY};
use async_graphql::indexmap::IndexMap;
use async_graphql::{Name, PathSegment, ServerError, Value};
use faults::Faults;

/// Room for most answers of one object.
const FIRST_BYTES: usize = 1 << 10;

/// The data of an answer.
#[derive(Debug)]
pub struct Written {
    /// JSON.
    pub data: Vec<u8>,
    /// Whether the data is null as a whole.
    pub is_null: bool,
    /// Whether no field of the operation has a value.
    pub is_empty: bool,
    /// Fields without a value although their types promise one, of which no error tells: a fault of the server.
    pub unexplained: Vec<Vec<PathSegment>>,
}

/// Writes the data of an operation's result. `errors` are those of the result, with their paths.
pub fn write(shape: &Shape, data: &Value, errors: &[ServerError]) -> Written {
    let faults = Faults::of(errors);
    let mut writer =
        Writer { out: Vec::with_capacity(FIRST_BYTES), path: Vec::new(), unexplained: Vec::new() };
    let root = match data {
        Value::Object(map) => Some(map),
        // Everything at the root failed, or there was nothing to execute.
        _ => None,
    };
    let is_null = root.is_none() && faults.is_none();
    let is_null = is_null || writer.object(&shape.0, root, faults.as_ref()).is_err();
    if is_null {
        writer.out.clear();
        writer.out.extend_from_slice(b"null");
    }
    let has_value = |(key, value): (&Name, &Value)| *value != Value::Null && key.as_str() != TYPE_KEY;
    let is_empty = is_null || !root.is_some_and(|map| map.is_empty() || map.iter().any(has_value));
    Written { data: writer.out, is_null, is_empty, unexplained: writer.unexplained }
}

/// A value that must not be null is: its parent is null instead.
struct Missing;

enum Step<'s> {
    Key(&'s Name),
    Index(usize),
}

struct Writer<'s> {
    out: Vec<u8>,
    path: Vec<Step<'s>>,
    unexplained: Vec<Vec<PathSegment>>,
}

impl<'s> Writer<'s> {
    /// Writes an object; of none, every field is missing.
    fn object(
        &mut self,
        object: &'s Object,
        map: Option<&IndexMap<Name, Value>>,
        faults: Option<&Faults<'_>>,
    ) -> Result<(), Missing> {
        self.out.push(b'{');
        for (index, field) in object.fields.iter().enumerate() {
            if index > 0 {
                self.out.push(b',');
            }
            self.out.extend_from_slice(&field.written);
            let value = map.and_then(|map| found(map, index, &field.key));
            let below = faults.and_then(|faults| faults.field(&field.key));
            self.path.push(Step::Key(&field.key));
            let outcome = self.value(field, &field.nesting, value, below);
            self.path.pop();
            outcome?;
        }
        self.out.push(b'}');
        Ok(())
    }

    fn value(
        &mut self,
        field: &'s Field,
        nesting: &'s Nesting,
        value: Option<&Value>,
        faults: Option<&Faults<'_>>,
    ) -> Result<(), Missing> {
        let start = self.out.len();
        let (nullable, outcome) = match (nesting, value) {
            (Nesting::List { nullable, item }, Some(Value::List(list))) => {
                (*nullable, self.list(field, item, list, faults))
            }
            (Nesting::List { nullable, .. }, _) => return self.null(*nullable, faults),
            (Nesting::Value { nullable }, value) => match (&field.inner, value) {
                (Inner::Leaf, Some(value)) if *value != Value::Null => {
                    self.leaf(value);
                    return Ok(());
                }
                (Inner::Object(object), Some(Value::Object(map))) => {
                    (*nullable, self.object(object, Some(map), faults))
                }
                (Inner::Typed(typed), Some(Value::Object(map))) => {
                    let object = of_type(map).and_then(|ty| typed.by_type.get(ty)).unwrap_or(&typed.other);
                    (*nullable, self.object(object, Some(map), faults))
                }
                // The library answers null for an object of which everything failed.
                (Inner::Object(object), Some(Value::Null)) if faults.is_some_and(Faults::has_fields) => {
                    (*nullable, self.object(object, None, faults))
                }
                _ => return self.null(*nullable, faults),
            },
        };
        if outcome.is_err() {
            self.out.truncate(start);
            if !nullable {
                return Err(Missing);
            }
            self.out.extend_from_slice(b"null");
        }
        Ok(())
    }

    fn list(
        &mut self,
        field: &'s Field,
        item: &'s Nesting,
        list: &[Value],
        faults: Option<&Faults<'_>>,
    ) -> Result<(), Missing> {
        self.out.push(b'[');
        for (index, value) in list.iter().enumerate() {
            if index > 0 {
                self.out.push(b',');
            }
            let below = faults.and_then(|faults| faults.item(index));
            self.path.push(Step::Index(index));
            let outcome = self.value(field, item, Some(value), below);
            self.path.pop();
            outcome?;
        }
        self.out.push(b']');
        Ok(())
    }

    fn null(&mut self, nullable: bool, faults: Option<&Faults<'_>>) -> Result<(), Missing> {
        if nullable {
            self.out.extend_from_slice(b"null");
            return Ok(());
        }
        if faults.is_none() {
            let segment = |step: &Step<'_>| match step {
                Step::Key(key) => PathSegment::Field(key.to_string()),
                Step::Index(index) => PathSegment::Index(*index),
            };
            self.unexplained.push(self.path.iter().map(segment).collect());
        }
        Err(Missing)
    }

    fn leaf(&mut self, value: &Value) {
        let start = self.out.len();
        let written = match value {
            Value::Boolean(true) => {
                self.out.extend_from_slice(b"true");
                return;
            }
            Value::Boolean(false) => {
                self.out.extend_from_slice(b"false");
                return;
            }
            Value::String(text) => serde_json::to_writer(&mut self.out, text),
            Value::Enum(name) => serde_json::to_writer(&mut self.out, name.as_str()),
            other => serde_json::to_writer(&mut self.out, other),
        };
        // A value in memory is always JSON.
        if written.is_err() {
            self.out.truncate(start);
            self.out.extend_from_slice(b"null");
        }
    }
}

/// The value under a key, which most often stands where the selection has it.
fn found<'v>(map: &'v IndexMap<Name, Value>, index: usize, key: &Name) -> Option<&'v Value> {
    match map.get_index(index) {
        Some((there, value)) if there == key => Some(value),
        _ => map.get(key),
    }
}

fn of_type(map: &IndexMap<Name, Value>) -> Option<&str> {
    match map.get(TYPE_KEY) {
        Some(Value::String(ty)) => Some(ty),
        _ => None,
    }
}
