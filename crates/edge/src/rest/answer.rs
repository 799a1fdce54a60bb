//! From an operation's data to the answer's JSON.

use super::compiled::{CompiledRoute, Operation, TypedInput};
use super::shape::{Form, Object, Shape};
use super::{RestError, user_errors};
use async_graphql::ServerError;
use serde_json::{Map, Value};

/// The answer of a route: its JSON, without what the request adds (pages, words).
pub type Rendered = Map<String, Value>;

/// What an operation's outcome is in REST. An object that a query does not find is a 404.
pub fn render(
    route: &CompiledRoute,
    operation: &Operation,
    data: Value,
    errors: &[ServerError],
) -> Result<Rendered, RestError> {
    if let Some(error) = errors.first() {
        return Err(user_errors::of_extensions(error, &route.inputs).unwrap_or_else(|| error.into()));
    }
    if let Some(refusal) = user_errors::refusal(&data, &route.inputs) {
        return Err(refusal);
    }
    let Value::Object(data) = data else {
        return Err(RestError::not_found(NOT_FOUND));
    };
    let missing = operation.shape.fields.iter().any(|field| data.get(&field.key).is_none_or(Value::is_null));
    if missing {
        return Err(RestError::not_found(NOT_FOUND));
    }
    let mut answer = Rendered::new();
    Renderer { inputs: &route.inputs }.fill(&operation.shape, data, &mut answer);
    Ok(answer)
}

const NOT_FOUND: &str = "There is no such object in this workspace.";

struct Renderer<'a> {
    inputs: &'a [TypedInput],
}

impl Renderer<'_> {
    fn fill(&self, object: &Object, mut data: Map<String, Value>, into: &mut Rendered) {
        for field in &object.fields {
            let value = data.remove(&field.key).unwrap_or(Value::Null);
            if field.dissolves {
                self.dissolve(&field.shape, value, into);
            } else {
                into.insert(field.name.clone(), self.value(&field.shape, value));
            }
        }
    }

    fn value(&self, shape: &Shape, value: Value) -> Value {
        match (&shape.form, value) {
            (_, Value::Null) => Value::Null,
            (Form::Integer, Value::String(text)) => text.parse::<i64>().map_or(Value::Null, Value::from),
            (Form::Decimal, Value::String(text)) => text.parse::<f64>().map_or(Value::Null, Value::from),
            (Form::Enum { .. }, Value::String(name)) => Value::from(name.to_ascii_lowercase()),
            (Form::List(item), Value::Array(list)) => {
                list.into_iter().map(|one| self.value(item, one)).collect()
            }
            (Form::Keyed(object), Value::Array(list)) => self.keyed(object, list),
            (Form::Object(object), Value::Object(data)) => self.object(object, data),
            (_, value) => value,
        }
    }

    fn keyed(&self, object: &Object, list: Vec<Value>) -> Value {
        let mut rendered = Rendered::new();
        for item in list {
            let (Value::Object(mut data), Some(field)) = (item, object.key()) else { continue };
            let key = data.remove(&field.key).map(|key| self.value(&field.shape, key));
            if let Some(Value::String(key)) = key {
                rendered.insert(key, self.object(object, data));
            }
        }
        Value::Object(rendered)
    }

    fn object(&self, object: &Object, mut data: Map<String, Value>) -> Value {
        if object.is_value {
            let only = object.fields.first().map(|field| (field, data.remove(&field.key)));
            return only.map_or(Value::Null, |(field, value)| {
                self.value(&field.shape, value.unwrap_or(Value::Null))
            });
        }
        let mut rendered = Rendered::new();
        self.fill(object, data, &mut rendered);
        Value::Object(rendered)
    }

    fn dissolve(&self, shape: &Shape, value: Value, into: &mut Rendered) {
        match (&shape.form, value) {
            (Form::Refusal, Value::Array(errors)) => {
                let told = user_errors::from_list(errors.iter(), self.inputs);
                let told = told.and_then(|error| serde_json::to_value(error.body()).ok());
                into.extend(told.and_then(|json| json.as_object().cloned()).unwrap_or_default());
            }
            (Form::List(item), Value::Array(list)) => {
                self.dissolve(item, list.into_iter().next().unwrap_or(Value::Null), into);
            }
            (Form::List(item), Value::Null) => self.dissolve(item, Value::Null, into),
            (Form::Object(object), Value::Object(data)) => self.fill(object, data, into),
            (Form::Object(object), _) => self.fill(object, Map::new(), into),
            _ => {}
        }
    }
}
