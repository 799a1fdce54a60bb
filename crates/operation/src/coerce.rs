//! Brings the variables of a request into the types that their operation declares.

use super::quoted::quoted;
use super::refused::{Fault, MAX_FAULTS, Refused};
use super::types::{Types, is_one_of};
use apollo_compiler::ast::{InputValueDefinition, Type as SchemaType};
use apollo_compiler::schema::InputObjectType;
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{BaseType, OperationDefinition, Type};
use async_graphql::{Name, Number, Pos, Value, Variables};
use serde_json::{Map, Value as Json};

/// The variables of an operation, as it may use them.
pub struct Coerced {
    pub variables: Variables,
    /// Those that have neither a value nor a default.
    pub absent: Vec<Name>,
}

/// Reads the variables that an operation declares; others that are given mean nothing. Values of custom scalars are
/// checked, and passed on for the resolvers to read.
pub fn coerce(
    types: &Types,
    operation: &OperationDefinition,
    mut given: Map<String, Json>,
) -> Result<Coerced, Refused> {
    let (mut variables, mut absent, mut faults) = (Variables::default(), Vec::new(), Vec::new());
    for definition in &operation.variable_definitions {
        let name = &definition.node.name.node;
        let ty = &definition.node.var_type.node;
        let mut reader = Reader { types, variable: name, path: name.to_string(), at: definition.pos, faults };
        match (given.remove(name.as_str()), &definition.node.default_value) {
            (Some(value), _) => {
                let read = reader.value(Expected::Declared(ty), value);
                variables.insert(name.clone(), read);
            }
            (None, Some(default)) => {
                variables.insert(name.clone(), default.node.clone());
            }
            (None, None) if ty.nullable => absent.push(name.clone()),
            (None, None) => reader.fault(&format!("it is required: give a value of the type {ty}")),
        }
        faults = reader.faults;
        if faults.len() >= MAX_FAULTS {
            break;
        }
    }
    if faults.is_empty() { Ok(Coerced { variables, absent }) } else { Err(Refused::input(faults)) }
}

/// The type of a value: as the operation declares it, or as the schema does.
#[derive(Clone, Copy)]
enum Expected<'a> {
    Declared(&'a Type),
    Field(&'a SchemaType),
}

/// A type without what may be null.
enum Base<'a> {
    Named(&'a str),
    List(Expected<'a>),
}

impl<'a> Expected<'a> {
    fn nullable(self) -> bool {
        match self {
            Self::Declared(ty) => ty.nullable,
            Self::Field(ty) => !ty.is_non_null(),
        }
    }

    fn base(self) -> Base<'a> {
        match self {
            Self::Declared(ty) => match &ty.base {
                BaseType::Named(name) => Base::Named(name.as_str()),
                BaseType::List(item) => Base::List(Self::Declared(item)),
            },
            Self::Field(ty) => match ty {
                SchemaType::Named(name) | SchemaType::NonNullNamed(name) => Base::Named(name.as_str()),
                SchemaType::List(item) | SchemaType::NonNullList(item) => Base::List(Self::Field(item)),
            },
        }
    }

    fn told(self) -> String {
        match self {
            Self::Declared(ty) => ty.to_string(),
            Self::Field(ty) => ty.to_string(),
        }
    }
}

/// Reads one variable.
struct Reader<'a> {
    types: &'a Types,
    variable: &'a Name,
    /// Where the value is, such as `input.targets.0.accountId`.
    path: String,
    at: Pos,
    faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    fn fault(&mut self, words: &str) {
        if self.faults.len() < MAX_FAULTS {
            let place = if self.path == self.variable.as_str() {
                String::new()
            } else {
                format!(" at {}", quoted(&self.path))
            };
            let message = format!("The variable ${}{place} is not accepted: {words}", self.variable);
            self.faults.push(Fault::new(message, self.at));
        }
    }

    fn wrong(&mut self, wanted: &str, given: &Json) -> Value {
        let given = quoted(&given.to_string());
        self.fault(&format!("give {wanted}, not {given}"));
        Value::Null
    }

    /// Reads what is inside of a value.
    fn within<T>(&mut self, step: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.path.len();
        self.path.push('.');
        self.path.push_str(step);
        let outcome = read(self);
        self.path.truncate(length);
        outcome
    }

    fn value(&mut self, expected: Expected<'a>, value: Json) -> Value {
        // Nothing more is told.
        if self.faults.len() >= MAX_FAULTS {
            return Value::Null;
        }
        match (expected.base(), value) {
            (_, Json::Null) if expected.nullable() => Value::Null,
            (_, Json::Null) => {
                self.fault(&format!("null is not allowed: give a value of the type {}", expected.told()));
                Value::Null
            }
            (Base::List(item), Json::Array(list)) => {
                let read = |(index, one): (usize, Json)| {
                    self.within(&index.to_string(), |reader| reader.value(item, one))
                };
                Value::List(list.into_iter().enumerate().map(read).collect())
            }
            // One value stands for a list of it.
            (Base::List(item), one) => Value::List(vec![self.value(item, one)]),
            (Base::Named(name), value) => self.named(name, value),
        }
    }

    fn named(&mut self, name: &'a str, value: Json) -> Value {
        let types = self.types;
        if let Some(input) = types.input(name) {
            return match value {
                Json::Object(fields) => self.object(input, fields),
                other => self.wrong(&format!("an object of the type {name}"), &other),
            };
        }
        if let Some(enumeration) = types.enumeration(name) {
            return match value {
                Json::String(text) if enumeration.values.contains_key(text.as_str()) => {
                    Value::Enum(Name::new(text))
                }
                other => self.wrong(&format!("one of the values of {name}"), &other),
            };
        }
        match (name, value) {
            ("Int", Json::Number(number)) => match whole(&number) {
                Some(number) => Value::Number(number.into()),
                None => self.wrong("a whole number of 32 bits", &Json::Number(number)),
            },
            ("Int", other) => self.wrong("a whole number of 32 bits", &other),
            ("Float", Json::Number(number)) => Value::Number(number),
            ("Float", other) => self.wrong("a number", &other),
            ("Boolean", Json::Bool(value)) => Value::Boolean(value),
            ("Boolean", other) => self.wrong("true or false", &other),
            ("String" | "ID", Json::String(text)) => Value::String(text),
            ("ID", Json::Number(number)) if number.is_i64() || number.is_u64() => {
                Value::String(number.to_string())
            }
            ("String", other) => self.wrong("a text", &other),
            ("ID", other) => self.wrong("an id", &other),
            (_, other) => self.custom(name, other),
        }
    }

    fn custom(&mut self, scalar: &str, given: Json) -> Value {
        let value = Value::from_json(given).unwrap_or_default();
        if let Some(words) = self.types.scalar_fault(scalar, &value) {
            self.fault(&words);
        }
        value
    }

    fn object(&mut self, input: &'a InputObjectType, mut given: Map<String, Json>) -> Value {
        if is_one_of(input) && (given.len() != 1 || given.values().any(Json::is_null)) {
            self.fault(&format!("give exactly one field of {}, and not null", input.name));
            return Value::Null;
        }
        let mut object = IndexMap::with_capacity(given.len());
        for (name, field) in &input.fields {
            let field: &'a InputValueDefinition = field;
            match given.remove(name.as_str()) {
                Some(value) => {
                    let read = self.within(name, |reader| reader.value(Expected::Field(&field.ty), value));
                    object.insert(Name::new(name.as_str()), read);
                }
                // What the schema declares as its default, the resolvers know.
                None if field.is_required() => self.within(name, |reader| {
                    reader.fault(&format!("it is required: give a value of the type {}", field.ty));
                }),
                None => {}
            }
        }
        for name in given.keys() {
            self.within(name, |reader| reader.fault(&format!("{} has no such field", input.name)));
        }
        Value::Object(object)
    }
}

/// A number that an `Int` holds, `1.0` included.
fn whole(number: &Number) -> Option<i32> {
    if let Some(whole) = number.as_i64() {
        return whole.try_into().ok();
    }
    let float = number.as_f64().filter(|float| float.fract() == 0.0)?;
    let bounds = f64::from(i32::MIN)..=f64::from(i32::MAX);
    bounds.contains(&float).then(|| format!("{float:.0}").parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial;
    use async_graphql::value;
    use serde_json::json;

    fn read(declared: &str, given: Json) -> Result<Value, String> {
        let document = trial::parsed(&format!("query({declared}) {{a}}"));
        let operation = document.operations.iter().next().unwrap().1;
        let Json::Object(given) = given else { panic!("variables are an object") };
        match coerce(&trial::types(), &operation.node, given) {
            Ok(coerced) => Ok(coerced.variables.into_value()),
            Err(refused) => {
                assert_eq!(refused.code, "BAD_USER_INPUT");
                Err(refused.faults[0].message.clone())
            }
        }
    }

    #[test]
    fn what_fits_is_read_as_the_type_says() {
        for (declared, given, expected) in [
            ("$a: Int", json!({ "a": 1.0 }), value!({ "a": 1 })),
            ("$a: Int", json!({ "a": -2_147_483_648_i64 }), value!({ "a": (-2_147_483_648_i64) })),
            ("$a: ID", json!({ "a": 7 }), value!({ "a": "7" })),
            ("$a: Float", json!({ "a": 7 }), value!({ "a": 7 })),
            ("$a: [Int!]", json!({ "a": 7 }), value!({ "a": [7] })),
            ("$a: [[Int]]", json!({ "a": 7 }), value!({ "a": [[7]] })),
            ("$a: [Int]", json!({ "a": [1, null] }), value!({ "a": [1, null] })),
            ("$a: Color", json!({ "a": "RED" }), value!({ "a": "RED" })),
            ("$a: Int = 3", json!({}), value!({ "a": 3 })),
            ("$a: Int = 3", json!({ "a": null }), value!({ "a": null })),
            ("$a: Int", json!({ "b": "ignored" }), value!({})),
            ("$a: Any", json!({ "a": { "b": [1, "c"] } }), value!({ "a": { "b": [1, "c"] } })),
            ("$a: Box", json!({ "a": { "size": 1 } }), value!({ "a": { "size": 1 } })),
            (
                "$a: Box",
                json!({ "a": { "size": 1, "note": null } }),
                value!({ "a": { "size": 1, "note": null } }),
            ),
            ("$a: Choice", json!({ "a": { "left": 1 } }), value!({ "a": { "left": 1 } })),
            ("$a: Even", json!({ "a": 2 }), value!({ "a": 2 })),
            ("$a: Even", json!({ "a": null }), value!({ "a": null })),
            (
                "$a: Pair",
                json!({ "a": { "evens": [2, null, 4] } }),
                value!({ "a": { "evens": [2, null, 4] } }),
            ),
            ("$a: Pair", json!({ "a": { "evens": 2 } }), value!({ "a": { "evens": [2] } })),
        ] {
            assert_eq!(read(declared, given.clone()), Ok(expected), "{declared} {given}");
        }
    }

    #[test]
    fn what_does_not_fit_is_named_with_its_place_and_what_to_do() {
        for (declared, given, words) in [
            ("$a: Int!", json!({}), "$a is not accepted: it is required"),
            ("$a: Int!", json!({ "a": null }), "$a is not accepted: null is not allowed"),
            ("$a: Int! = 3", json!({ "a": null }), "null is not allowed"),
            ("$a: Int", json!({ "a": 2_147_483_648_i64 }), "give a whole number of 32 bits, not 2147483648"),
            ("$a: Int", json!({ "a": 1.5 }), "not 1.5"),
            ("$a: Int", json!({ "a": "1" }), "not \"1\""),
            ("$a: String", json!({ "a": 1 }), "give a text"),
            ("$a: Boolean", json!({ "a": "true" }), "give true or false"),
            ("$a: Float", json!({ "a": "1" }), "give a number"),
            ("$a: ID", json!({ "a": 1.5 }), "give an id"),
            ("$a: Color", json!({ "a": "BLACK" }), "give one of the values of Color, not \"BLACK\""),
            ("$a: [Int!]", json!({ "a": [1, null] }), "$a at a.1 is not accepted: null is not allowed"),
            ("$a: Box", json!({ "a": {} }), "$a at a.size is not accepted: it is required"),
            (
                "$a: Box",
                json!({ "a": { "size": 1, "weight": 2 } }),
                "at a.weight is not accepted: Box has no such field",
            ),
            ("$a: Box", json!({ "a": { "size": 1, "inner": { "size": "x" } } }), "at a.inner.size"),
            ("$a: Box", json!({ "a": [] }), "give an object of the type Box"),
            ("$a: Even", json!({ "a": 3 }), "The variable $a is not accepted: Give an even number"),
            ("$a: [Even]", json!({ "a": [2, "x"] }), "$a at a.1 is not accepted: Give an even number"),
            ("$a: Pair", json!({ "a": { "evens": [2, [4]] } }), "$a at a.evens.1 is not accepted"),
            ("$a: Pair", json!({ "a": { "evens": {} } }), "$a at a.evens is not accepted: Give an even"),
            ("$a: Choice", json!({ "a": {} }), "exactly one field of Choice"),
            ("$a: Choice", json!({ "a": { "left": 1, "right": 2 } }), "exactly one field of Choice"),
            ("$a: Choice", json!({ "a": { "left": null } }), "exactly one field of Choice"),
        ] {
            let told = read(declared, given.clone()).unwrap_err();
            assert!(told.contains(words), "{declared} {given}: {told}");
        }
    }

    #[test]
    fn what_is_told_of_is_bounded() {
        let told = read("$a: [Int]", json!({ "a": ["x".repeat(10_000)] })).unwrap_err();
        assert!(told.len() < 300, "{}", told.len());
        let document = trial::parsed("query($a: [Int]) {a}");
        let operation = document.operations.iter().next().unwrap().1;
        let Json::Object(given) = json!({ "a": vec!["x"; 1_000] }) else { panic!("variables are an object") };
        let refused = coerce(&trial::types(), &operation.node, given).err().unwrap();
        assert_eq!(refused.faults.len(), MAX_FAULTS);
    }
}
