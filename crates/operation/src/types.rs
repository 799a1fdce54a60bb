//! The schema, as validation and execution ask it.

use apollo_compiler::Schema;
use apollo_compiler::ast::FieldDefinition;
use apollo_compiler::schema::{EnumType, ExtendedType, InputObjectType};
use apollo_compiler::validation::Valid;
use async_graphql::parser::types::OperationType;
use async_graphql::{Name, Value};
use std::collections::HashMap;

/// What the validator's own definitions lack.
const IS_ONE_OF: &str = "\nextend type __Type { isOneOf: Boolean }\n";
const ONE_OF: &str = "directive @oneOf on INPUT_OBJECT\n";

/// The SDL is not a valid schema.
#[derive(Debug, thiserror::Error)]
#[error("the schema's definition: {0}")]
pub struct SchemaFault(String);

/// What is wrong with a value of a custom scalar, as words for the client; `None`: nothing.
pub type ScalarCheck = fn(&Value) -> Option<String>;

/// The checks of custom scalars, by the scalars' names.
pub type ScalarChecks = HashMap<String, ScalarCheck>;

/// A schema with the objects that each abstract type may be.
pub struct Types {
    pub schema: Valid<Schema>,
    possible: HashMap<String, Vec<Name>>,
    scalars: ScalarChecks,
}

impl Types {
    pub fn from_sdl(sdl: &str) -> Result<Self, SchemaFault> {
        let mut whole = format!("{sdl}{IS_ONE_OF}");
        if !sdl.contains("directive @oneOf") {
            whole.push_str(ONE_OF);
        }
        let schema = Schema::parse_and_validate(whole, "schema.graphql")
            .map_err(|fault| SchemaFault(fault.errors.to_string()))?;
        let mut possible: HashMap<String, Vec<Name>> = HashMap::new();
        for (name, ty) in &schema.types {
            match ty {
                ExtendedType::Object(object) => {
                    for interface in &object.implements_interfaces {
                        possible.entry(interface.to_string()).or_default().push(Name::new(name.as_str()));
                    }
                }
                ExtendedType::Union(union) => {
                    let members = union.members.iter().map(|member| Name::new(member.as_str()));
                    possible.entry(name.to_string()).or_default().extend(members);
                }
                _ => {}
            }
        }
        Ok(Self { schema, possible, scalars: ScalarChecks::new() })
    }

    /// The same, with the checks of its custom scalars. Values of others may be anything.
    #[must_use]
    pub fn with_scalars(self, scalars: ScalarChecks) -> Self {
        Self { scalars, ..self }
    }

    /// Whether it is known what values of this scalar may be.
    pub fn checks(&self, scalar: &str) -> bool {
        self.scalars.contains_key(scalar)
    }

    /// What is wrong with a value of this scalar; `None`: nothing, as far as that is known.
    pub fn scalar_fault(&self, name: &str, value: &Value) -> Option<String> {
        self.scalars.get(name).and_then(|check| check(value))
    }

    /// The name of the type at the root of operations of a kind.
    pub fn root(&self, kind: OperationType) -> Option<&str> {
        let definition = &self.schema.schema_definition;
        let root = match kind {
            OperationType::Query => definition.query.as_ref(),
            OperationType::Mutation => definition.mutation.as_ref(),
            OperationType::Subscription => definition.subscription.as_ref(),
        };
        root.map(|root| root.as_str())
    }

    /// A field of a type, `__typename` and the fields of introspection included.
    pub fn field(&self, parent: &str, name: &str) -> Option<&FieldDefinition> {
        self.schema.type_field(parent, name).ok().map(|found| &***found)
    }

    /// The objects that a type may be; none where it is not abstract.
    pub fn possible(&self, ty: &str) -> &[Name] {
        self.possible.get(ty).map_or(&[], Vec::as_slice)
    }

    pub fn is_abstract(&self, ty: &str) -> bool {
        let found = self.schema.types.get(ty);
        matches!(found, Some(ExtendedType::Interface(_) | ExtendedType::Union(_)))
    }

    /// Whether something can be selected of a type.
    pub fn is_composite(&self, ty: &str) -> bool {
        self.is_abstract(ty) || matches!(self.schema.types.get(ty), Some(ExtendedType::Object(_)))
    }

    /// Whether a fragment on `condition` applies to an object.
    pub fn applies(&self, condition: &str, object: &str) -> bool {
        condition == object || self.schema.is_subtype(condition, object)
    }

    pub fn input(&self, ty: &str) -> Option<&InputObjectType> {
        self.schema.types.get(ty).and_then(ExtendedType::as_input_object)
    }

    pub fn enumeration(&self, ty: &str) -> Option<&EnumType> {
        self.schema.types.get(ty).and_then(ExtendedType::as_enum)
    }
}

/// Whether exactly one field of an input object must be given.
pub fn is_one_of(input: &InputObjectType) -> bool {
    input.directives.has("oneOf")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_products_schema_is_valid() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema.graphql");
        let types = Types::from_sdl(&std::fs::read_to_string(path).unwrap()).unwrap();
        assert_eq!(types.root(OperationType::Query), Some("Query"));
        assert!(types.is_abstract("Node") && types.possible("Node").len() > 1);
        assert!(types.field("__Type", "isOneOf").is_some());
    }

    #[test]
    fn what_is_no_schema_is_told() {
        let fault = Types::from_sdl("type Query { a: Missing }").err().unwrap();
        assert!(fault.to_string().contains("Missing"), "{fault}");
    }
}
