//! Fields of JSON objects that are put together step by step, or read without being sure of their form.

use serde_json::Value;

/// Puts a field into an object; anything but an object stays as it is.
pub fn set(object: &mut Value, name: &str, value: impl Into<Value>) {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(name.to_owned(), value.into());
    }
}

/// The value behind a JSON pointer (RFC 6901); null where there is none.
pub fn at<'a>(value: &'a Value, pointer: &str) -> &'a Value {
    value.pointer(pointer).unwrap_or(&Value::Null)
}
