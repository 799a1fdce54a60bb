//! Values as they stand in a document.

use apollo_compiler::ast::Value as Literal;
use async_graphql::indexmap::IndexMap;
use async_graphql::{Name, Value};

/// The value; `None`: a variable is part of it, or a number that is out of range.
pub fn constant(literal: &Literal) -> Option<Value> {
    Some(match literal {
        Literal::Null => Value::Null,
        Literal::Variable(_) => return None,
        Literal::Enum(name) => Value::Enum(Name::new(name.as_str())),
        Literal::String(text) => Value::String(text.clone()),
        Literal::Boolean(value) => Value::Boolean(*value),
        Literal::Int(number) => Value::Number(serde_json::from_str(number.as_str()).ok()?),
        Literal::Float(number) => Value::Number(serde_json::from_str(number.as_str()).ok()?),
        Literal::List(items) => {
            Value::List(items.iter().map(|item| constant(item)).collect::<Option<Vec<_>>>()?)
        }
        Literal::Object(fields) => {
            let mut object = IndexMap::with_capacity(fields.len());
            for (name, value) in fields {
                object.insert(Name::new(name.as_str()), constant(value)?);
            }
            Value::Object(object)
        }
    })
}
