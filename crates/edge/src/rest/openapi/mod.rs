//! `/api/openapi.json`: the table as an OpenAPI 3.1 document, with the routes of sign-in. Types and their descriptions are
//! the schema's. Every object has a name, because clients that are generated from the document have a type for each.

mod auth;
mod operation;
mod schemas;

use super::table::Table;
use schemas::Schemas;
use serde_json::{Map, Value, json};

/// The route of the document.
fn itself(schemas: &mut Schemas) -> Value {
    let any = json!({ "type": "object", "additionalProperties": true });
    let schema = schemas.named("OpenApiDocument", |_| any);
    let content = json!({ "application/json": { "schema": schema } });
    json!({
        "operationId": "getOpenApiDocument",
        "summary": "This document.",
        "tags": ["openapi"],
        "security": [],
        "responses": { "200": { "description": "Done.", "content": content } },
    })
}

/// The document, the same for the same table.
pub fn document(table: &Table) -> Value {
    let mut schemas = Schemas::default();
    let mut paths = Map::new();
    for route in &table.routes {
        let path = paths.entry(format!("/sns{}", route.route.path)).or_insert_with(|| json!({}));
        if let Value::Object(verbs) = path {
            let verb = route.route.verb.as_str().to_ascii_lowercase();
            verbs.insert(verb, operation::describe(route, &mut schemas));
        }
    }
    auth::describe(&mut paths, &mut schemas);
    paths.insert("/openapi.json".to_owned(), json!({ "get": itself(&mut schemas) }));
    json!({
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://spec.openapis.org/oas/3.1/dialect/base",
        "info": {
            "title": "Fanfare",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Publishes a post to social networks and brings back what happens there. \
                Each route below /sns runs an operation of the GraphQL schema at /graphql.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/api" }],
        "security": [{ "bearer": [] }, { "key": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas.into_components(),
            "responses": operation::refusals(),
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An access token of /api/auth/login, or an API key.",
                },
                "key": { "type": "apiKey", "in": "header", "name": "X-API-Key" },
            },
        },
    })
}
