//! JSON Schemas of what goes in and what comes out.

use crate::rest::input_type::{InputField, InputType};
use crate::rest::shape::{Field, Form, Object, Shape};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The named schemas that the document refers to.
#[derive(Default)]
pub struct Schemas(BTreeMap<String, Value>);

impl Schemas {
    pub fn into_components(mut self) -> Value {
        self.0.insert(ERROR.to_owned(), error());
        self.0.insert(FIELD_ERRORS.to_owned(), field_errors());
        json!(self.0)
    }

    /// A reference to the schema of this name, which is made at its first use.
    pub fn named(&mut self, name: &str, schema: impl FnOnce(&mut Self) -> Value) -> Value {
        if !self.0.contains_key(name) {
            let schema = schema(self);
            self.0.insert(name.to_owned(), schema);
        }
        reference(name)
    }

    /// A value of an answer. `name` is what an object without a fragment is called: clients that are generated from the
    /// document have a type for each name.
    fn shape(&mut self, shape: &Shape, name: &str) -> Value {
        let schema = match &shape.form {
            Form::Integer => json!({ "type": "integer", "format": "int64" }),
            Form::Decimal => scalar("Decimal"),
            Form::Enum { name, values } => self.named(name, |_| words(values)),
            Form::Scalar(name) => scalar(name),
            Form::List(item) => json!({ "type": "array", "items": self.shape(item, &format!("{name}Item")) }),
            Form::Keyed(object) => self.keyed(object, name),
            Form::Object(object) if object.is_value => match object.fields.first() {
                Some(only) => self.shape(&only.shape, name),
                None => json!({}),
            },
            Form::Object(object) => {
                let name = object.fragment.as_deref().unwrap_or(name).to_owned();
                self.object(&name, object, Vec::new())
            }
            Form::Refusal => reference(ERROR),
        };
        if shape.nullable { or_null(schema) } else { schema }
    }

    fn keyed(&mut self, object: &Object, name: &str) -> Value {
        self.named(name, |schemas| {
            let names = object.key().map(|key| schemas.shape(&key.shape, name));
            let item = schemas.object(&format!("{name}Item"), object, Vec::new());
            json!({ "type": "object", "propertyNames": names, "additionalProperties": item })
        })
    }

    /// An object under this name, with further fields besides its own.
    pub fn object(&mut self, name: &str, object: &Object, beside: Vec<(String, Value)>) -> Value {
        self.named(name, |schemas| {
            let (mut properties, mut optional) = (Map::new(), Vec::new());
            schemas.fill(object, name, false, &mut properties, &mut optional);
            properties.extend(beside);
            let required: Vec<&String> = properties.keys().filter(|name| !optional.contains(*name)).collect();
            json!({ "type": "object", "required": required, "properties": properties })
        })
    }

    fn fill(
        &mut self,
        object: &Object,
        name: &str,
        may_be_absent: bool,
        properties: &mut Map<String, Value>,
        optional: &mut Vec<String>,
    ) {
        for field in &object.fields {
            if field.dissolves {
                self.dissolve(&field.shape, name, may_be_absent, properties, optional);
                continue;
            }
            let mut schema = self.shape(&field.shape, &format!("{name}{}", pascal_case(&field.name)));
            if may_be_absent && !field.shape.nullable {
                schema = or_null(schema);
            }
            properties.insert(field.name.clone(), described(schema, &sentence(field)));
        }
    }

    fn dissolve(
        &mut self,
        shape: &Shape,
        name: &str,
        may_be_absent: bool,
        properties: &mut Map<String, Value>,
        optional: &mut Vec<String>,
    ) {
        match &shape.form {
            Form::Object(object) => {
                self.fill(object, name, may_be_absent || shape.nullable, properties, optional);
            }
            // It may be empty.
            Form::List(item) => self.dissolve(item, name, true, properties, optional),
            Form::Refusal => {
                optional.push("fields".to_owned());
                let parts = error().get("properties").and_then(Value::as_object).cloned();
                properties.extend(parts.unwrap_or_default());
            }
            _ => {}
        }
    }

    /// A value of a request. `name` is what an object is called.
    pub fn input(&mut self, ty: &InputType, name: &str) -> Value {
        match ty {
            InputType::Int => json!({ "type": "integer", "format": "int32" }),
            InputType::BigInt => json!({ "type": "integer", "format": "int64" }),
            InputType::Float => json!({ "type": "number" }),
            InputType::Boolean => json!({ "type": "boolean" }),
            InputType::Id(_) => json!({ "type": "integer", "format": "int64", "minimum": 1 }),
            InputType::Enum { name, values } => self.named(name, |_| words(values)),
            InputType::Scalar(name) => scalar(name),
            InputType::List(item) => {
                json!({ "type": "array", "items": self.input(item, &format!("{name}Item")) })
            }
            InputType::Object(fields) => self.named(name, |schemas| schemas.input_object(fields, name)),
            InputType::Word(words) => self.named(name, |_| json!({ "type": "string", "enum": words })),
        }
    }

    fn input_object(&mut self, fields: &[InputField], name: &str) -> Value {
        let mut properties = Map::new();
        for field in fields {
            let schema = self.input(&field.ty, &format!("{name}{}", pascal_case(&field.name)));
            let schema = if field.nullable { or_null(schema) } else { schema };
            properties.insert(field.name.clone(), described(schema, &field.description));
        }
        let required: Vec<&str> =
            fields.iter().filter(|field| field.required).map(|field| field.name.as_str()).collect();
        json!({
            "type": "object",
            "required": required,
            "properties": properties,
            "additionalProperties": false,
        })
    }
}

/// The name of the schema of every refusal.
const ERROR: &str = "Error";
/// The name of the schema of a refusal's `fields`.
const FIELD_ERRORS: &str = "FieldErrors";

pub fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// The bytes of a file.
pub fn binary() -> Value {
    json!({ "type": "string", "format": "binary" })
}

/// `CreatePost` for `createPost`, `MediaUrls` for `media_urls`: the name of a type.
pub fn pascal_case(name: &str) -> String {
    let parts = name.split('_').map(|part| {
        let mut chars = part.chars();
        let first = chars.next().map(|c| c.to_ascii_uppercase());
        first.into_iter().chain(chars).collect::<String>()
    });
    parts.collect()
}

fn sentence(field: &Field) -> String {
    field.description.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A schema with a description; next to a reference, which 3.1 allows.
pub fn described(mut schema: Value, words: &str) -> Value {
    if let Value::Object(object) = &mut schema
        && !words.is_empty()
    {
        object.insert("description".to_owned(), words.into());
    }
    schema
}

/// The same, or `null`.
pub fn or_null(schema: Value) -> Value {
    match schema.get("type").cloned() {
        Some(Value::String(one)) if schema.get("enum").is_none() => {
            let mut schema = schema;
            if let Value::Object(object) = &mut schema {
                object.insert("type".to_owned(), json!([one, "null"]));
            }
            schema
        }
        _ => json!({ "anyOf": [schema, { "type": "null" }] }),
    }
}

fn words(values: &[String]) -> Value {
    let values: Vec<String> = values.iter().map(|value| value.to_ascii_lowercase()).collect();
    json!({ "type": "string", "enum": values })
}

fn scalar(name: &str) -> Value {
    match name {
        "Int" => json!({ "type": "integer", "format": "int32" }),
        "Float" | "Decimal" => json!({ "type": "number" }),
        "Boolean" => json!({ "type": "boolean" }),
        "DateTime" => json!({ "type": "string", "format": "date-time" }),
        "Date" => json!({ "type": "string", "format": "date" }),
        "URL" => json!({ "type": "string", "format": "uri" }),
        "EmailAddress" => json!({ "type": "string", "format": "email" }),
        "JSON" => json!({}),
        _ => json!({ "type": "string" }),
    }
}

fn error() -> Value {
    json!({
        "type": "object",
        "required": ["error", "code"],
        "properties": {
            "error": { "type": "string", "description": "What is wrong, in words a person can act on." },
            "code": { "type": "string", "description": "For programs, in upper case." },
            "fields": reference(FIELD_ERRORS),
        },
    })
}

fn field_errors() -> Value {
    json!({
        "type": "object",
        "additionalProperties": { "type": "string" },
        "description": "What is wrong with each value, by its name.",
    })
}
