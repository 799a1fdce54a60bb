//! Every mutation of the schema, as documents that are complete: read from the schema itself, so that none is forgotten.

use crate::support::graphql::{Graphql, GraphqlAnswer, UploadFile};
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{BaseType, Type, TypeDefinition, TypeKind, TypeSystemDefinition};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// A document with one mutation, and variables of the right types.
pub struct Mutation {
    pub document: String,
    pub variables: Value,
}

impl Mutation {
    /// Sends it, with a file where it takes one.
    pub async fn send(&self, graphql: &Graphql) -> GraphqlAnswer {
        let variables = self.variables.clone();
        if variables["input"].get("file").is_none() {
            return graphql.post(&self.document, variables).await;
        }
        let content = b"CONTENT\nhello\n".to_vec();
        let file = UploadFile {
            variable: "variables.input.file",
            name: "posts.csv",
            content_type: "text/csv",
            content,
        };
        graphql.upload(&self.document, variables, vec![file]).await
    }
}

/// One for each field of the type `Mutation`.
pub fn every_mutation() -> Vec<Mutation> {
    let schema = parse_schema(include_str!("../../../schema.graphql")).unwrap();
    let types: HashMap<String, TypeDefinition> = schema
        .definitions
        .into_iter()
        .filter_map(|definition| match definition {
            TypeSystemDefinition::Type(ty) => Some((ty.node.name.node.to_string(), ty.node)),
            _ => None,
        })
        .collect();
    let TypeKind::Object(root) = &types["Mutation"].kind else { panic!("Mutation is no object") };
    let mutations = root.fields.iter().map(|field| {
        let field = &field.node;
        let (mut declared, mut given, mut variables) = (Vec::new(), Vec::new(), Map::new());
        for argument in &field.arguments {
            let (name, ty) = (&argument.node.name.node, &argument.node.ty.node);
            declared.push(format!("${name}: {ty}"));
            given.push(format!("{name}: ${name}"));
            variables.insert(name.to_string(), value_of(&types, ty));
        }
        let list = |parts: &[String]| {
            if parts.is_empty() { String::new() } else { format!("({})", parts.join(", ")) }
        };
        let (declared, given) = (list(&declared), list(&given));
        let document = format!("mutation{declared} {{ {}{given} {{ __typename }} }}", field.name.node);
        Mutation { document, variables: variables.into() }
    });
    mutations.collect()
}

/// A value of a type, with its required fields only.
fn value_of(types: &HashMap<String, TypeDefinition>, ty: &Type) -> Value {
    let BaseType::Named(name) = &ty.base else { return json!([]) };
    match types.get(name.as_str()).map(|definition| &definition.kind) {
        Some(TypeKind::InputObject(input)) => {
            let required = input.fields.iter().filter(|field| !field.node.ty.node.nullable);
            required
                .map(|field| (field.node.name.node.to_string(), value_of(types, &field.node.ty.node)))
                .collect()
        }
        Some(TypeKind::Enum(values)) => json!(values.values[0].node.value.node),
        _ => match name.as_str() {
            "Int" | "Float" => json!(1),
            "Boolean" => json!(true),
            // A file takes its place.
            "Upload" => Value::Null,
            "DateTime" => json!("2100-01-01T00:00:00Z"),
            "Date" => json!("2100-01-01"),
            "EmailAddress" => json!("somebody@example.com"),
            "URL" => json!("https://example.com/"),
            "TimeZone" => json!("UTC"),
            "BigInt" => json!("1"),
            _ => json!("cG9zdDox"),
        },
    }
}
