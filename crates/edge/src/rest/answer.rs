//! From an operation's data to the answer's JSON, in one pass: nothing is copied but what is sent.

use super::compiled::{CompiledRoute, Operation, TypedInput};
use super::shape::{Field, Form, Object, Shape};
use super::{RestError, user_errors};
use async_graphql::indexmap::IndexMap;
use async_graphql::{Name, ServerError, Value};
use serde::ser::{Serialize, SerializeMap, SerializeSeq as _, Serializer};

/// An object of the data.
type Fields = IndexMap<Name, Value>;

/// The answer of a route: its JSON object, of which each field is read from the operation's data as it is written. The
/// names of an object's fields are those of its shape, in the order of the operation's selections.
#[derive(Clone, Copy, Debug)]
pub struct Rendered<'a> {
    inputs: &'a [TypedInput],
    object: &'a Object,
    data: &'a Fields,
    /// What follows the operation's fields.
    besides: &'a [(&'static str, serde_json::Value)],
}

/// What an operation's outcome is in REST. An object that a query does not find is a 404.
pub fn render<'a>(
    route: &'a CompiledRoute,
    operation: &'a Operation,
    data: &'a Value,
    errors: &[ServerError],
) -> Result<Rendered<'a>, RestError> {
    if let Some(error) = errors.first() {
        return Err(user_errors::of_extensions(error, &route.inputs).unwrap_or_else(|| error.into()));
    }
    if let Some(refusal) = user_errors::refusal(data, &route.inputs) {
        return Err(refusal);
    }
    let Value::Object(data) = data else {
        return Err(RestError::not_found(NOT_FOUND));
    };
    let object = &operation.shape;
    let is_missing = |field: &Field| matches!(data.get(field.key.as_str()), None | Some(Value::Null));
    if object.fields.iter().any(is_missing) {
        return Err(RestError::not_found(NOT_FOUND));
    }
    Ok(Rendered { inputs: &route.inputs, object, data, besides: &[] })
}

const NOT_FOUND: &str = "There is no such object in this workspace.";

impl<'a> Rendered<'a> {
    /// The same, with these fields behind those of the operation.
    #[must_use]
    pub fn with(self, besides: &'a [(&'static str, serde_json::Value)]) -> Self {
        Self { besides, ..self }
    }

    /// The whole number under a name of the answer.
    pub fn number(&self, name: &str) -> Option<i64> {
        match find(self.object, self.data, &|field: &Field| field.name == name)? {
            Value::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    /// The text that is all of the answer.
    pub fn only_text(&self) -> &'a str {
        match find(self.object, self.data, &|_: &Field| true) {
            Some(Value::String(text)) => text,
            _ => "",
        }
    }
}

/// The first field of the answer's own, not of an object in it, that is `wanted`.
fn find<'a>(object: &Object, data: &'a Fields, wanted: &dyn Fn(&Field) -> bool) -> Option<&'a Value> {
    object.fields.iter().find_map(|field| {
        let value = data.get(field.key.as_str())?;
        match (&field.shape.form, value) {
            (Form::Object(inner), Value::Object(data)) if field.dissolves => find(inner, data, wanted),
            _ => (!field.dissolves && wanted(field)).then_some(value),
        }
    })
}

impl Serialize for Rendered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        fill(&mut map, self.object, Some(self.data), self.inputs)?;
        for (name, value) in self.besides {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// A value of the data, with what it looks like.
struct Shown<'a> {
    shape: &'a Shape,
    value: &'a Value,
    inputs: &'a [TypedInput],
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let inputs = self.inputs;
        match (&self.shape.form, self.value) {
            (_, Value::Null) => serializer.serialize_unit(),
            (Form::Integer, Value::String(text)) => text.parse::<i64>().ok().serialize(serializer),
            (Form::Decimal, Value::String(text)) => text.parse::<f64>().ok().serialize(serializer),
            (Form::Enum { .. }, Value::Enum(name)) => {
                serializer.serialize_str(&name.as_str().to_ascii_lowercase())
            }
            (Form::Enum { .. }, Value::String(name)) => serializer.serialize_str(&name.to_ascii_lowercase()),
            (Form::List(item), Value::List(list)) => {
                let mut seq = serializer.serialize_seq(Some(list.len()))?;
                for value in list {
                    seq.serialize_element(&Shown { shape: item, value, inputs })?;
                }
                seq.end()
            }
            (Form::Keyed(object), Value::List(list)) => {
                let mut map = serializer.serialize_map(None)?;
                for item in list {
                    if let Some((key, data)) = keyed(object, item) {
                        map.serialize_entry(&key, &Fielded { object, data, inputs })?;
                    }
                }
                map.end()
            }
            (Form::Object(object), Value::Object(data)) => match object.fields.first() {
                Some(only) if object.is_value => {
                    let value = data.get(only.key.as_str()).unwrap_or(&Value::Null);
                    Shown { shape: &only.shape, value, inputs }.serialize(serializer)
                }
                _ => Fielded { object, data, inputs }.serialize(serializer),
            },
            (_, value) => value.serialize(serializer),
        }
    }
}

/// An object of the data, with what it looks like.
struct Fielded<'a> {
    object: &'a Object,
    data: &'a Fields,
    inputs: &'a [TypedInput],
}

impl Serialize for Fielded<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        fill(&mut map, self.object, Some(self.data), self.inputs)?;
        map.end()
    }
}

/// The name under which an item of a list is found, and the item.
fn keyed<'a>(object: &Object, item: &'a Value) -> Option<(String, &'a Fields)> {
    let (Value::Object(data), Some(field)) = (item, object.key()) else { return None };
    let key = match (&field.shape.form, data.get(field.key.as_str())?) {
        (Form::Enum { .. }, Value::Enum(name)) => name.as_str().to_ascii_lowercase(),
        (Form::Enum { .. }, Value::String(name)) => name.to_ascii_lowercase(),
        (_, Value::String(text)) => text.clone(),
        _ => return None,
    };
    Some((key, data))
}

/// Writes the fields of an object; of none, every field is null.
fn fill<M: SerializeMap>(
    into: &mut M,
    object: &Object,
    data: Option<&Fields>,
    inputs: &[TypedInput],
) -> Result<(), M::Error> {
    for field in &object.fields {
        let value = data.and_then(|data| data.get(field.key.as_str())).unwrap_or(&Value::Null);
        if field.dissolves {
            dissolve(into, &field.shape, value, inputs)?;
        } else {
            into.serialize_entry(field.name.as_str(), &Shown { shape: &field.shape, value, inputs })?;
        }
    }
    Ok(())
}

/// Writes the fields of a value among those of the object around it.
fn dissolve<M: SerializeMap>(
    into: &mut M,
    shape: &Shape,
    value: &Value,
    inputs: &[TypedInput],
) -> Result<(), M::Error> {
    match (&shape.form, value) {
        (Form::Refusal, Value::List(errors)) => {
            let told = user_errors::from_list(errors.iter(), inputs);
            let told = told.and_then(|error| serde_json::to_value(error.body()).ok());
            for (name, value) in told.as_ref().and_then(serde_json::Value::as_object).into_iter().flatten() {
                into.serialize_entry(name, value)?;
            }
            Ok(())
        }
        (Form::List(item), Value::List(list)) => {
            dissolve(into, item, list.first().unwrap_or(&Value::Null), inputs)
        }
        (Form::List(item), Value::Null) => dissolve(into, item, &Value::Null, inputs),
        (Form::Object(object), Value::Object(data)) => fill(into, object, Some(data), inputs),
        (Form::Object(object), _) => fill(into, object, None, inputs),
        _ => Ok(()),
    }
}
