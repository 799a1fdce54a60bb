//! One route as an OpenAPI operation.

use super::schemas::{Schemas, described, or_null, pascal_case, reference};
use crate::rest::compiled::{CompiledRoute, CompiledWork, TypedInput};
use crate::rest::paging::{DEFAULT_LIMIT, LARGEST_LIMIT, LARGEST_OFFSET};
use crate::rest::route::{Access, Body, Kind, Paging, Place, Verb};
use crate::rest::shape::Object;
use serde_json::{Map, Value, json};

/// Refusals that any route may answer with: status, name, words, headers.
const REFUSALS: &[(u16, &str, &str, &[&str])] = &[
    (400, "BadRequest", "Malformed, or a value is missing or invalid.", &[]),
    (401, "Unauthenticated", "No token, or one that is not valid.", &["WWW-Authenticate"]),
    (403, "Forbidden", "The role or the key's scope does not allow it.", &[]),
    (404, "NotFound", "There is no such object in the workspace.", &[]),
    (408, "Timeout", "The body did not arrive in time.", &[]),
    (409, "Conflict", "A state forbids it, or the key was used with another body.", &[]),
    (413, "TooLarge", "The body is too large.", &[]),
    (415, "UnsupportedMediaType", "The body is of another type than is asked for.", &[]),
    (429, "TooManyRequests", "Too often.", &["Retry-After", "RateLimit-Remaining", "RateLimit-Reset"]),
    (503, "Unavailable", "Something that the server needs is down.", &["Retry-After"]),
];

/// The refusals as components.
pub fn refusals() -> Value {
    let described = REFUSALS.iter().map(|(_, name, words, headers)| {
        let headers: Map<String, Value> = headers
            .iter()
            .map(|header| ((*header).to_owned(), json!({ "schema": { "type": "string" } })))
            .collect();
        let content = json!({ "application/json": { "schema": reference("Error") } });
        ((*name).to_owned(), json!({ "description": words, "headers": headers, "content": content }))
    });
    Value::Object(described.collect())
}

/// The refusal with this status, as a response of an operation.
pub fn refusal(status: u16) -> Option<(String, Value)> {
    let (_, name, ..) = REFUSALS.iter().find(|(known, ..)| *known == status)?;
    Some((status.to_string(), json!({ "$ref": format!("#/components/responses/{name}") })))
}

/// One route as an operation.
pub fn describe(route: &CompiledRoute, schemas: &mut Schemas) -> Value {
    let mut operation = json!({
        "operationId": route.route.id,
        "summary": route.route.summary,
        "tags": [route.route.path.split('/').nth(1).unwrap_or_default()],
        "parameters": parameters(route, schemas),
        "responses": responses(route, schemas),
    });
    if let Value::Object(parts) = &mut operation {
        if let Some(body) = body(route, schemas) {
            parts.insert("requestBody".to_owned(), body);
        }
        if route.route.access == Access::Open {
            parts.insert("security".to_owned(), json!([]));
        }
    }
    operation
}

fn parameters(route: &CompiledRoute, schemas: &mut Schemas) -> Vec<Value> {
    let mut parameters: Vec<Value> = Vec::new();
    for typed in &route.inputs {
        let place = match typed.input.place {
            Place::Path => "path",
            Place::Query => "query",
            Place::Body => continue,
        };
        let mut parameter = json!({
            "name": typed.input.name,
            "in": place,
            "required": typed.input.place == Place::Path || typed.required,
            "description": typed.description,
            "schema": schemas.input(&typed.ty, &pascal_case(typed.input.name)),
        });
        if parameter.pointer("/schema/type") == Some(&json!("array"))
            && let Value::Object(parts) = &mut parameter
        {
            parts.insert("style".to_owned(), json!("form"));
            parts.insert("explode".to_owned(), json!(false));
        }
        parameters.push(parameter);
    }
    if route.route.paging != Paging::None {
        let number = |least: i64, most: i64| json!({ "type": "integer", "minimum": least, "maximum": most });
        let mut limit = number(1, LARGEST_LIMIT);
        if let Value::Object(parts) = &mut limit {
            parts.insert("default".to_owned(), json!(DEFAULT_LIMIT));
        }
        parameters.push(query("limit", "Items of the page.", limit));
        parameters.push(query("offset", "Items to pass over.", number(0, LARGEST_OFFSET)));
        let words = "The page, instead of an offset.";
        parameters.push(query("page", words, number(1, LARGEST_OFFSET + 1)));
    }
    parameters.extend(headers(route));
    parameters
}

fn query(name: &str, words: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "query", "description": words, "schema": schema })
}

fn headers(route: &CompiledRoute) -> Vec<Value> {
    let header = |name: &str, words: &str, schema: Value| json!({ "name": name, "in": "header", "description": words, "schema": schema });
    let mut headers = Vec::new();
    if route.route.access == Access::Bearer {
        let words = "Another workspace than the default one.";
        let id = json!({ "type": "integer", "format": "int64", "minimum": 1 });
        headers.push(header("X-Workspace-Id", words, id));
    }
    if route.route.key.is_some() {
        let words = "The same key and body within 24 hours is one call.";
        // What a header can carry, and what the key may be.
        let key = json!({ "type": "string", "pattern": "^[!-~]{1,200}$" });
        headers.push(header("Idempotency-Key", words, key));
    }
    if route.route.verb == Verb::Get {
        let words = "The ETag of an earlier answer.";
        headers.push(header("If-None-Match", words, json!({ "type": "string", "pattern": "^[!-~]*$" })));
    }
    headers
}

fn body(route: &CompiledRoute, schemas: &mut Schemas) -> Option<Value> {
    let id = pascal_case(route.route.id);
    let name = format!("{id}Request");
    let (mut properties, mut required) = body_values(&route.inputs, &name, schemas);
    let kind = match route.route.body {
        Body::Json if properties.is_empty() => return None,
        Body::Json => "application/json",
        Body::File(_) => {
            let file = json!({ "type": "string", "contentMediaType": "application/octet-stream" });
            properties.insert("file".to_owned(), file);
            required.push("file");
            "multipart/form-data"
        }
    };
    let mut schema = object(&properties, &required);
    if route.inputs.iter().any(|typed| !typed.items.is_empty()) {
        // One body of the list may stand alone.
        let list = schemas.named(&format!("{name}List"), |_| schema);
        schema = json!({ "anyOf": [list, reference(&item_name(&name))] });
    }
    let schema = schemas.named(&name, |_| schema);
    Some(json!({ "required": !required.is_empty(), "content": { kind: { "schema": schema } } }))
}

/// What one body of a list of bodies is called.
fn item_name(request: &str) -> String {
    format!("{request}Item")
}

fn object(properties: &Map<String, Value>, required: &[&str]) -> Value {
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// The values of a body, and those of them that are required.
fn body_values<'a>(
    inputs: &'a [TypedInput],
    name: &str,
    schemas: &mut Schemas,
) -> (Map<String, Value>, Vec<&'a str>) {
    let given: Vec<&TypedInput> = inputs.iter().filter(|typed| typed.input.place == Place::Body).collect();
    let mut properties = Map::new();
    for typed in &given {
        let schema = match typed.input.kind {
            // Without an offset it is no RFC 3339 time, and allowed.
            Kind::Time { .. } => json!({ "type": "string" }),
            Kind::Items { most, .. } => {
                let item_name = item_name(name);
                let (properties, required) = body_values(&typed.items, &item_name, schemas);
                let item = schemas.named(&item_name, |_| object(&properties, &required));
                json!({ "type": "array", "minItems": 1, "maxItems": most, "items": item })
            }
            _ => schemas.input(&typed.ty, &format!("{name}{}", pascal_case(typed.input.name))),
        };
        let schema = if typed.required { schema } else { or_null(schema) };
        properties.insert(typed.input.name.to_owned(), described(schema, &typed.description));
    }
    (properties, given.iter().filter(|typed| typed.required).map(|typed| typed.input.name).collect())
}

fn responses(route: &CompiledRoute, schemas: &mut Schemas) -> Value {
    let shape = match &route.work {
        CompiledWork::Operation(only) => &only.shape,
        CompiledWork::Either { otherwise, .. } => &otherwise.shape,
        CompiledWork::Edge(shape) => shape,
    };
    let schema = answer(route, shape, schemas);
    let mut content = json!({ "application/json": { "schema": schema } });
    if let (Some(text), Value::Object(forms)) = (route.route.text, &mut content) {
        forms.insert(text.media.to_owned(), json!({ "schema": { "type": "string" } }));
    }
    let mut done = json!({ "description": "Done.", "content": content });
    let mut responses = Map::new();
    if route.route.verb == Verb::Get && !matches!(route.work, CompiledWork::Edge(_)) {
        let tag = json!({ "ETag": { "schema": { "type": "string" } } });
        if let Value::Object(parts) = &mut done {
            parts.insert("headers".to_owned(), tag);
        }
        responses.insert("304".to_owned(), json!({ "description": "The client has it already." }));
    }
    responses.insert(route.route.success.to_string(), done);
    for (status, ..) in REFUSALS {
        responses.extend(refusal(*status));
    }
    Value::Object(responses)
}

fn answer(route: &CompiledRoute, shape: &Object, schemas: &mut Schemas) -> Value {
    let mut beside = Vec::new();
    let whole = || json!({ "type": "integer", "minimum": 0 });
    if route.route.message.is_some() || matches!(route.work, CompiledWork::Edge(_)) {
        beside.push(("message".to_owned(), json!({ "type": "string" })));
    }
    if route.route.paging == Paging::Pages {
        for name in ["pages", "current_page", "limit", "offset"] {
            beside.push((name.to_owned(), whole()));
        }
        beside.push(("retrieved_at".to_owned(), json!({ "type": "string", "format": "date-time" })));
    }
    schemas.object(&format!("{}Response", pascal_case(route.route.id)), shape, beside)
}
