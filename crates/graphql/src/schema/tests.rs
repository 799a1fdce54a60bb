use super::roots::sdl;
use async_graphql::Variables;
use async_graphql::parser::types::{FieldDefinition, InputValueDefinition, TypeKind, TypeSystemDefinition};
use async_graphql::parser::{parse_query, parse_schema};
use fanfare_query_limits::{CostModel, Limits};
use std::collections::BTreeSet;
use std::path::Path;

/// Where the SDL lacks a description: `Type`, `Type.field`, `Type.field(argument)`.
fn undescribed(sdl: &str) -> Vec<String> {
    let mut found = Vec::new();
    for definition in parse_schema(sdl).unwrap().definitions {
        let TypeSystemDefinition::Type(ty) = definition else { continue };
        let name = &ty.node.name.node;
        if ty.node.description.is_none() {
            found.push(name.to_string());
        }
        match &ty.node.kind {
            TypeKind::Object(object) => {
                object.fields.iter().for_each(|field| look_at_field(&mut found, name, &field.node));
            }
            TypeKind::Interface(interface) => {
                interface.fields.iter().for_each(|field| look_at_field(&mut found, name, &field.node));
            }
            TypeKind::InputObject(input) => {
                input.fields.iter().for_each(|field| look_at_value(&mut found, name, &field.node));
            }
            TypeKind::Enum(values) => {
                let silent = values.values.iter().filter(|value| value.node.description.is_none());
                found.extend(silent.map(|value| format!("{name}.{}", value.node.value.node)));
            }
            TypeKind::Scalar | TypeKind::Union(_) => {}
        }
    }
    found
}

fn look_at_field(found: &mut Vec<String>, ty: &str, field: &FieldDefinition) {
    let name = format!("{ty}.{}", field.name.node);
    for argument in &field.arguments {
        if argument.node.description.is_none() {
            found.push(format!("{name}({})", argument.node.name.node));
        }
    }
    if field.description.is_none() {
        found.push(name);
    }
}

fn look_at_value(found: &mut Vec<String>, ty: &str, value: &InputValueDefinition) {
    if value.description.is_none() {
        found.push(format!("{ty}.{}", value.name.node));
    }
}

#[test]
fn every_type_field_argument_and_enum_value_has_a_description() {
    let silent = undescribed(&sdl());
    assert!(silent.is_empty(), "without a description:\n{}", silent.join("\n"));
}

#[test]
fn what_has_no_description_is_found() {
    let sdl = "\"\"\"A\"\"\" type A { a(b: Int): Int } enum B { C } input D { e: Int }";
    assert_eq!(undescribed(sdl), ["A.a(b)", "A.a", "B", "B.C", "D", "D.e"]);
}

#[test]
fn the_committed_schema_is_the_codes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schema.graphql");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    let present = sdl();
    let differs = committed.lines().zip(present.lines()).position(|(one, other)| one != other);
    assert!(committed == present, "schema.graphql differs at line {differs:?}; run make generate");
}

#[test]
fn a_hundred_posts_with_their_targets_and_accounts_are_affordable() {
    let query = "{ posts(first: 100) { nodes { id content targets { id status url account { name } } } } }";
    let document = parse_query(query).unwrap();
    let operation = document.operations.iter().next().unwrap().1;
    let costs = CostModel::from_sdl(&sdl()).unwrap();
    let cost = costs.price(&document, &operation.node, &Variables::default(), &Limits::default());
    assert!(matches!(&cost, Ok(cost) if cost.used > 100), "{cost:?}");
}

#[test]
fn whatever_has_an_id_or_is_listed_by_a_connection_is_a_node() {
    let (mut nodes, mut expected) = (BTreeSet::new(), BTreeSet::new());
    for definition in parse_schema(sdl()).unwrap().definitions {
        let TypeSystemDefinition::Type(ty) = definition else { continue };
        let name = ty.node.name.node.to_string();
        let TypeKind::Object(object) = ty.node.kind else { continue };
        if object.implements.iter().any(|interface| interface.node == "Node") {
            nodes.insert(name.clone());
        }
        for field in &object.fields {
            let field = &field.node;
            if field.name.node == "id" {
                expected.insert(name.clone());
            } else if name.ends_with("Edge") && field.name.node == "node" {
                expected.insert(field.ty.node.to_string().trim_end_matches('!').to_owned());
            }
        }
    }
    assert_eq!(nodes, expected);
}
