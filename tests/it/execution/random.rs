//! Valid queries at random: aliases, fragments, fields that are merged, `@skip` and `@include`, arguments that fields
//! take and refuse. The same seed makes the same queries.

use super::literal::literal;
use super::values::{self, Ids};
use apollo_compiler::ast::{FieldDefinition, Type};
use apollo_compiler::{Name, Schema};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Map, Value, json};

/// How deep fields stand in fields.
const DEPTH: u32 = 6;
/// How many fields a query has, more or less.
const FIELDS: u32 = 40;

/// A query and the values of its variables.
pub struct Query {
    pub text: String,
    pub variables: Value,
}

/// A variable of the query that is being written.
struct Variable {
    name: String,
    /// With its default value, where it has one.
    declared: String,
    /// `None`: the default has to do.
    value: Option<Value>,
}

pub struct Writer<'a> {
    schema: &'a Schema,
    ids: &'a Ids,
    random: StdRng,
    /// Of names that were given out: no alias, variable or fragment has one twice.
    names: u32,
    /// How many fields the query may still have.
    left: u32,
    fragments: Vec<String>,
    variables: Vec<Variable>,
}

impl<'a> Writer<'a> {
    pub fn new(schema: &'a Schema, ids: &'a Ids, seed: u64) -> Self {
        let random = StdRng::seed_from_u64(seed);
        Self { schema, ids, random, names: 0, left: 0, fragments: Vec::new(), variables: Vec::new() }
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.random.random_range(0..end)
    }

    pub fn query(&mut self) -> Query {
        (self.left, self.names) = (FIELDS, 0);
        self.fragments.clear();
        self.variables.clear();
        let body = self.parts("Query", 0, false).join("\n  ");
        let declared: Vec<_> =
            self.variables.iter().map(|it| format!("${}: {}", it.name, it.declared)).collect();
        let declared = if declared.is_empty() { String::new() } else { format!("({})", declared.join(", ")) };
        let text = format!("query Q{declared} {{\n  {body}\n}}\n{}", self.fragments.join("\n"));
        let values = self.variables.drain(..).filter_map(|it| Some((it.name, it.value?)));
        Query { text, variables: Value::Object(values.collect::<Map<_, _>>()) }
    }

    fn chance(&mut self, percent: u32) -> bool {
        self.random.random_ratio(percent, 100)
    }

    fn name(&mut self, letter: char) -> String {
        self.names += 1;
        format!("{letter}{}", self.names)
    }

    fn pick(&mut self, choices: &Value) -> Value {
        let choices = choices.as_array().expect("a list of choices");
        choices.choose(&mut self.random).expect("there is a choice").clone()
    }

    /// Selections of an object. `apart`: others stand beside it for objects of another type, so that no key may be
    /// theirs too.
    fn parts(&mut self, object: &str, depth: u32, apart: bool) -> Vec<String> {
        let schema = self.schema;
        let fields = &schema.get_object(object).expect("an object").fields;
        let mut parts = Vec::new();
        for _ in 0..self.random.random_range(1..=5) {
            let (name, definition) = fields.get_index(self.below(fields.len())).expect("below the end");
            let definition: &'a FieldDefinition = definition;
            let inner = definition.ty.inner_named_type().as_str();
            let is_leaf = schema.types[inner].is_leaf();
            if self.left == 0 || (!is_leaf && depth >= DEPTH) {
                parts.push("__typename".to_owned());
                continue;
            }
            self.left -= 1;
            let head = self.head(name, definition, apart);
            let times = if self.chance(15) { 2 } else { 1 };
            for _ in 0..times {
                let directive = self.directive();
                let body = if is_leaf { String::new() } else { self.braces(inner, depth + 1) };
                parts.push(format!("{head}{directive}{body}"));
            }
        }
        if self.chance(25) { self.gather(object, parts) } else { parts }
    }

    /// The selection set of a composite type.
    fn braces(&mut self, named: &str, depth: u32) -> String {
        let parts = if self.schema.get_object(named).is_some() {
            self.parts(named, depth, false)
        } else {
            self.parts_of_abstract(named, depth)
        };
        format!(" {{ {} }}", parts.join(" "))
    }

    fn parts_of_abstract(&mut self, named: &str, depth: u32) -> Vec<String> {
        let schema = self.schema;
        let objects = schema.types.keys().filter(|object| schema.is_subtype(named, object));
        let objects: Vec<&str> = objects.map(Name::as_str).collect();
        let has_id = schema.get_interface(named).is_some_and(|interface| interface.fields.contains_key("id"));
        let always = if has_id && self.chance(50) { "id" } else { "__typename" };
        let mut parts = vec![always.to_owned()];
        for _ in 0..self.random.random_range(0..=3) {
            let object = objects[self.below(objects.len())];
            let inner = self.parts(object, depth, true).join(" ");
            parts.push(format!("... on {object}{} {{ {inner} }}", self.directive()));
        }
        parts
    }

    /// Moves the last of the parts into a fragment.
    fn gather(&mut self, object: &str, mut parts: Vec<String>) -> Vec<String> {
        let moved = parts.split_off(self.below(parts.len())).join(" ");
        let directive = self.directive();
        match self.below(3) {
            0 => parts.push(format!("...{directive} {{ {moved} }}")),
            1 => parts.push(format!("... on {object}{directive} {{ {moved} }}")),
            _ => {
                let name = self.name('F');
                self.fragments.push(format!("fragment {name} on {object} {{ {moved} }}"));
                parts.push(format!("...{name}{directive}"));
                if self.chance(20) {
                    parts.insert(0, format!("...{name}"));
                }
            }
        }
        parts
    }

    /// Alias, name and arguments. What has arguments has an alias: without, two of one name might clash.
    fn head(&mut self, name: &str, definition: &FieldDefinition, apart: bool) -> String {
        let mut given = Vec::new();
        for argument in &definition.arguments {
            if argument.is_required() || self.chance(40) {
                let value = self.value(name, &argument.name, &argument.ty);
                let written = self.written(&argument.ty, value);
                given.push(format!("{}: {written}", argument.name));
            }
        }
        let arguments = if given.is_empty() { String::new() } else { format!("({})", given.join(", ")) };
        let is_shared = name == "id" && self.chance(50);
        if !given.is_empty() || (apart && !is_shared) || self.chance(15) {
            format!("{}: {name}{arguments}", self.name('a'))
        } else {
            format!("{name}{arguments}")
        }
    }

    /// The value itself, or a variable that has it.
    fn written(&mut self, kind: &Type, value: Value) -> String {
        if self.chance(50) {
            return literal(self.schema, kind, &value);
        }
        let name = self.name('v');
        let written = format!("${name}");
        self.variables.push(Variable { name, declared: kind.to_string(), value: Some(value) });
        written
    }

    fn directive(&mut self) -> String {
        if !self.chance(12) {
            return String::new();
        }
        let directive = if self.chance(50) { "skip" } else { "include" };
        let value = self.chance(50);
        let condition = match self.below(3) {
            0 => value.to_string(),
            with_default => {
                let name = self.name('b');
                let condition = format!("${name}");
                let (declared, value) = if with_default == 1 {
                    (format!("Boolean! = {value}"), None)
                } else {
                    ("Boolean!".to_owned(), Some(json!(value)))
                };
                self.variables.push(Variable { name, declared, value });
                condition
            }
        };
        format!(" @{directive}(if: {condition})")
    }

    fn value(&mut self, field: &str, argument: &str, kind: &Type) -> Value {
        if !kind.is_non_null() && self.chance(5) {
            return Value::Null;
        }
        if kind.is_list() {
            let length = self.below(3);
            return (0..length).map(|_| self.value(field, argument, kind.item_type())).collect();
        }
        let (schema, named) = (self.schema, kind.inner_named_type());
        if let Some(definition) = schema.get_enum(named) {
            let values: Vec<&str> = definition.values.keys().map(Name::as_str).collect();
            return json!(values[self.below(values.len())]);
        }
        let Some(definition) = schema.get_input_object(named) else {
            return if named == "ID" { self.id(field, argument) } else { self.pick(&values::scalars(named)) };
        };
        let mut members = Map::new();
        for (name, member) in &definition.fields {
            if member.is_required() || self.chance(25) {
                members.insert(name.to_string(), self.value(field, name, &member.ty));
            }
        }
        Value::Object(members)
    }

    /// Mostly one that the field takes.
    fn id(&mut self, field: &str, argument: &str) -> Value {
        match self.below(10) {
            0..6 => json!(self.ids.get(values::noun(field, argument))),
            6..8 => {
                let ids = self.ids;
                json!(ids.all().choose(&mut self.random))
            }
            _ => json!(values::MALFORMED.choose(&mut self.random)),
        }
    }
}
