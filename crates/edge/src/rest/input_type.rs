//! The types of a request's values.

use super::names::noun_of;
use super::schema_types::{Definition, SchemaTypes};
use async_graphql::parser::types::{BaseType, Type};

/// What a value must be.
#[derive(Clone, Debug)]
pub enum InputType {
    /// A whole number of 32 bits.
    Int,
    /// A whole number of 64 bits.
    BigInt,
    Float,
    Boolean,
    /// A whole number, for an object of this noun.
    Id(String),
    Enum {
        name: String,
        values: Vec<String>,
    },
    /// A text that the schema's scalar of this name reads.
    Scalar(String),
    List(Box<InputType>),
    Object(Vec<InputField>),
    /// One of these words.
    Word(Vec<&'static str>),
}

/// A field of an object inside a request.
#[derive(Clone, Debug)]
pub struct InputField {
    /// The variable's.
    pub key: String,
    /// In REST.
    pub name: String,
    pub ty: InputType,
    pub required: bool,
    /// Whether `null` means something.
    pub nullable: bool,
    pub description: String,
}

impl InputType {
    /// The type of a variable or of an input's field `name`. Inputs inside inputs do not come round in circles.
    pub fn of(types: &SchemaTypes, ty: &Type, name: &str) -> Self {
        let base = match &ty.base {
            BaseType::List(inner) => return Self::List(Box::new(Self::of(types, inner, name))),
            BaseType::Named(base) => base.as_str(),
        };
        match (types.get(base), base) {
            (Definition::Enum(values), _) => Self::Enum { name: base.to_owned(), values: values.clone() },
            (Definition::Input(members), _) => Self::Object(
                members
                    .iter()
                    .map(|member| InputField {
                        key: member.name.clone(),
                        name: super::names::snake_case(&member.name),
                        ty: Self::of(types, &member.ty, &member.name),
                        required: !member.ty.nullable && !member.has_default,
                        nullable: member.ty.nullable,
                        description: member.description.clone(),
                    })
                    .collect(),
            ),
            (_, "Int") => Self::Int,
            (_, "BigInt") => Self::BigInt,
            (_, "Float") => Self::Float,
            (_, "Boolean") => Self::Boolean,
            (_, "ID") => noun_of(name).map_or_else(|| Self::Scalar(base.to_owned()), Self::Id),
            _ => Self::Scalar(base.to_owned()),
        }
    }
}
