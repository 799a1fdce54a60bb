//! Scalars that are written from where their values stand: nothing is copied but what is sent.

use super::values::{EmailAddress, Json};
use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerResult, Value, to_value};
use std::borrow::Cow;

fn read(json: &serde_json::Value) -> Value {
    to_value(json).unwrap_or_default()
}

/// A JSON value that a row or an event holds.
#[derive(Clone, Copy, Debug)]
pub struct JsonOf<'a>(pub &'a serde_json::Value);

impl OutputType for JsonOf<'_> {
    fn type_name() -> Cow<'static, str> {
        <Json as OutputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <Json as OutputType>::create_type_info(registry)
    }

    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        Ok(read(self.0))
    }
}

/// An e-mail address that a row holds.
#[derive(Clone, Copy, Debug)]
pub struct EmailOf<'a>(pub &'a str);

impl OutputType for EmailOf<'_> {
    fn type_name() -> Cow<'static, str> {
        <EmailAddress as OutputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <EmailAddress as OutputType>::create_type_info(registry)
    }

    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        Ok(Value::String(self.0.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::ScalarType as _;
    use serde_json::json;

    #[test]
    fn json_is_written_as_the_scalar_writes_a_copy() {
        for json in [
            json!(null),
            json!([true, "text", 1, -1, 1.5, u64::MAX, i64::MIN]),
            json!({ "post_id": 7, "error": { "code": "rejected", "message": null }, "": [] }),
        ] {
            assert_eq!(read(&json), Json(json).to_value());
        }
    }
}
