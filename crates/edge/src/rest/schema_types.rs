//! The schema's types, as its SDL tells them.

use async_graphql::parser::types::{
    BaseType, FieldDefinition, InputValueDefinition, Type, TypeKind, TypeSystemDefinition,
};
use async_graphql::parser::{Error, parse_schema};
use std::collections::HashMap;

/// A field of an object or of an input.
#[derive(Clone, Debug)]
pub struct Member {
    pub name: String,
    pub ty: Type,
    pub description: String,
    /// Whether an input's field may be left out although its type is not nullable.
    pub has_default: bool,
}

/// A type by what it is made of.
#[derive(Clone, Debug)]
pub enum Definition {
    Object(Vec<Member>),
    Input(Vec<Member>),
    Enum(Vec<String>),
    Scalar,
}

/// Every type by its name.
pub struct SchemaTypes(HashMap<String, Definition>);

impl SchemaTypes {
    /// Reads the SDL.
    pub fn from_sdl(sdl: &str) -> Result<Self, Error> {
        let mut types = HashMap::new();
        for definition in parse_schema(sdl)?.definitions {
            let TypeSystemDefinition::Type(ty) = definition else { continue };
            let definition = match ty.node.kind {
                TypeKind::Object(object) => Definition::Object(fields(object.fields.iter().map(|f| &f.node))),
                TypeKind::Interface(object) => {
                    Definition::Object(fields(object.fields.iter().map(|f| &f.node)))
                }
                TypeKind::InputObject(input) => {
                    Definition::Input(input.fields.iter().map(|field| value(&field.node)).collect())
                }
                TypeKind::Enum(values) => Definition::Enum(
                    values.values.iter().map(|value| value.node.value.node.to_string()).collect(),
                ),
                TypeKind::Scalar | TypeKind::Union(_) => Definition::Scalar,
            };
            types.insert(ty.node.name.node.to_string(), definition);
        }
        Ok(Self(types))
    }

    /// A type; the scalars that are built in are not in the SDL.
    pub fn get(&self, name: &str) -> &Definition {
        self.0.get(name).unwrap_or(&Definition::Scalar)
    }

    /// A field of an object or of an input.
    pub fn member(&self, ty: &str, field: &str) -> Option<&Member> {
        match self.get(ty) {
            Definition::Object(members) | Definition::Input(members) => {
                members.iter().find(|member| member.name == field)
            }
            Definition::Enum(_) | Definition::Scalar => None,
        }
    }
}

/// The name of a type without its lists.
pub fn base_name(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name.as_str(),
        BaseType::List(inner) => base_name(inner),
    }
}

fn fields<'a>(definitions: impl Iterator<Item = &'a FieldDefinition>) -> Vec<Member> {
    let read = definitions.map(|field| Member {
        name: field.name.node.to_string(),
        ty: field.ty.node.clone(),
        description: field.description.as_ref().map(|text| text.node.clone()).unwrap_or_default(),
        has_default: false,
    });
    read.collect()
}

fn value(field: &InputValueDefinition) -> Member {
    Member {
        name: field.name.node.to_string(),
        ty: field.ty.node.clone(),
        description: field.description.as_ref().map(|text| text.node.clone()).unwrap_or_default(),
        has_default: field.default_value.is_some(),
    }
}
