//! What an operation's data looks like, and how it is written in REST: read once from the operation and the schema.

use super::names::snake_case;
use super::schema_types::{Definition, SchemaTypes, base_name};
use anyhow::{Context as _, bail};
use async_graphql::parser::types::{
    BaseType, ExecutableDocument, Field as Selected, Selection, SelectionSet, Type,
};

/// The alias of the field that an object of a list is found under.
pub const KEY: &str = "_key";

/// A field that tells why nothing was done.
pub const USER_ERRORS: &str = "userErrors";

/// One value of the data.
#[derive(Clone, Debug)]
pub struct Shape {
    pub form: Form,
    pub nullable: bool,
}

#[derive(Clone, Debug)]
pub enum Form {
    /// A decimal text that REST shows as a number.
    Integer,
    /// A decimal text of at most 15 digits that REST shows as a number.
    Decimal,
    /// Shown in lower case.
    Enum {
        name: String,
        values: Vec<String>,
    },
    /// Shown as it is: the scalar's name.
    Scalar(String),
    List(Box<Shape>),
    /// A list of objects, shown as one object in which each is found under its key.
    Keyed(Object),
    Object(Object),
    /// User errors of a part of the answer, told as an error is: `error`, `code`, `fields`.
    Refusal,
}

#[derive(Clone, Debug)]
pub struct Object {
    /// The fragment that it consists of, which names it in OpenAPI.
    pub fragment: Option<String>,
    pub fields: Vec<Field>,
    /// It has one field, whose value stands for it.
    pub is_value: bool,
}

/// A field of the data.
#[derive(Clone, Debug)]
pub struct Field {
    /// In the data.
    pub key: String,
    /// In REST.
    pub name: String,
    /// Its fields go into the object around it.
    pub dissolves: bool,
    pub description: String,
    pub shape: Shape,
}

/// Reads the shapes of one document.
pub struct Reader<'a> {
    pub types: &'a SchemaTypes,
    pub document: &'a ExecutableDocument,
    pub is_mutation: bool,
}

impl Reader<'_> {
    /// The object that `set` selects of the type `ty`. `level` 0 is the operation, 1 a query's or a payload's object.
    pub fn object(&self, set: &SelectionSet, ty: &str, level: usize) -> anyhow::Result<Object> {
        let mut fields = Vec::new();
        self.collect(set, ty, level, &mut fields)?;
        let is_value = matches!(fields.as_slice(), [only] if only.key == "_");
        Ok(Object { fragment: only_fragment(set), fields, is_value })
    }

    fn collect(
        &self,
        set: &SelectionSet,
        ty: &str,
        level: usize,
        fields: &mut Vec<Field>,
    ) -> anyhow::Result<()> {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => fields.extend(self.field(&field.node, ty, level)?),
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    let fragment = self.document.fragments.get(name);
                    let fragment = fragment.with_context(|| format!("there is no fragment {name}"))?;
                    self.collect(&fragment.node.selection_set.node, ty, level, fields)?;
                }
                Selection::InlineFragment(_) => bail!("inline fragments have no shape"),
            }
        }
        Ok(())
    }

    /// `None`: the payload's user errors, which are no part of an answer.
    fn field(&self, field: &Selected, ty: &str, level: usize) -> anyhow::Result<Option<Field>> {
        let key = field.response_key().node.to_string();
        let name = field.name.node.as_str();
        let refusal = name == USER_ERRORS;
        if refusal && level <= 1 {
            return Ok(None);
        }
        let member = self.types.member(ty, name).with_context(|| format!("there is no {ty}.{name}"))?;
        let shape = if refusal {
            Shape { form: Form::Refusal, nullable: false }
        } else {
            let mut shape = self.shape(&field.selection_set.node, &member.ty, level + 1)?;
            // What is not found is no answer, and a payload without user errors has its object.
            let settled = level == 0 || (level == 1 && self.is_mutation);
            shape.nullable = shape.nullable && !(settled && matches!(shape.form, Form::Object(_)));
            shape
        };
        let dissolves = refusal || (key.starts_with('_') && key != "_");
        let name = snake_case(&key);
        Ok(Some(Field { key, name, dissolves, description: member.description.clone(), shape }))
    }

    fn shape(&self, set: &SelectionSet, ty: &Type, level: usize) -> anyhow::Result<Shape> {
        let form = match &ty.base {
            BaseType::List(inner) => listed(self.shape(set, inner, level)?),
            BaseType::Named(name) => match self.types.get(name) {
                Definition::Object(_) => Form::Object(self.object(set, base_name(ty), level)?),
                Definition::Enum(values) => Form::Enum { name: name.to_string(), values: values.clone() },
                _ if name == "BigInt" => Form::Integer,
                _ if name == "Decimal" => Form::Decimal,
                _ => Form::Scalar(name.to_string()),
            },
        };
        Ok(Shape { form, nullable: ty.nullable })
    }
}

fn listed(item: Shape) -> Form {
    match item.form {
        Form::Object(object) if object.key().is_some() => Form::Keyed(object),
        _ => Form::List(Box::new(item)),
    }
}

impl Object {
    /// The field under whose value the object is found; `None`: it is an item of a list, or stands alone.
    pub fn key(&self) -> Option<&Field> {
        self.fields.iter().find(|field| field.key == KEY)
    }
}

fn only_fragment(set: &SelectionSet) -> Option<String> {
    match set.items.as_slice() {
        [only] => match &only.node {
            Selection::FragmentSpread(spread) => Some(spread.node.fragment_name.node.to_string()),
            _ => None,
        },
        _ => None,
    }
}

/// An object with one field, which is this object.
pub fn named(name: &str, object: Object) -> Object {
    let shape = Shape { form: Form::Object(object), nullable: false };
    let field = Field {
        key: name.to_owned(),
        name: name.to_owned(),
        dissolves: false,
        description: String::new(),
        shape,
    };
    Object { fragment: None, fields: vec![field], is_value: false }
}
