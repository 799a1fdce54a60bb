//! What the answer to an operation looks like.

use async_graphql::{Name, Pos};
use std::collections::HashMap;
use std::sync::Arc;

/// Under this key the library tells the type of an object whose fields depend on it. No document can use it.
pub const TYPE_KEY: &str = ".type";

/// The data of an operation: its root object.
#[derive(Debug)]
pub struct Shape(pub(crate) Object);

/// What is selected of an object, in the order of the answer.
#[derive(Debug)]
pub struct Object {
    pub fields: Vec<Arc<Field>>,
}

/// A selected field.
#[derive(Debug)]
pub struct Field {
    pub key: Name,
    /// The key as it is written: quoted, with the colon behind it.
    pub written: Vec<u8>,
    pub nesting: Nesting,
    pub inner: Inner,
    /// Where it first stands in the document.
    pub at: Pos,
}

/// The lists around a value, and what may be null.
#[derive(Debug)]
pub enum Nesting {
    Value { nullable: bool },
    List { nullable: bool, item: Box<Nesting> },
}

/// What is selected of a value.
#[derive(Debug)]
pub enum Inner {
    /// A scalar or an enum.
    Leaf,
    Object(Object),
    /// An object whose fields depend on its type.
    Typed(Typed),
}

/// The fields of an object by its type.
#[derive(Debug)]
pub struct Typed {
    pub by_type: HashMap<Name, Object>,
    /// Of types that are not named.
    pub other: Object,
}

impl Nesting {
    /// Of a field's type.
    pub fn of(ty: &apollo_compiler::ast::Type) -> Self {
        use apollo_compiler::ast::Type;
        match ty {
            Type::Named(_) => Self::Value { nullable: true },
            Type::NonNullNamed(_) => Self::Value { nullable: false },
            Type::List(item) => Self::List { nullable: true, item: Box::new(Self::of(item)) },
            Type::NonNullList(item) => Self::List { nullable: false, item: Box::new(Self::of(item)) },
        }
    }

    /// The same where null is allowed.
    pub fn nullable(self) -> Self {
        match self {
            Self::Value { .. } => Self::Value { nullable: true },
            Self::List { item, .. } => Self::List { nullable: true, item },
        }
    }
}

impl Object {
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.key.as_str() == key).map(|field| &**field)
    }
}

impl Inner {
    /// The field under a key, of whatever type has it.
    pub fn field(&self, key: &str) -> Option<&Field> {
        match self {
            Self::Leaf => None,
            Self::Object(object) => object.field(key),
            Self::Typed(typed) => {
                let all = std::iter::once(&typed.other).chain(typed.by_type.values());
                all.into_iter().find_map(|object| object.field(key))
            }
        }
    }
}
