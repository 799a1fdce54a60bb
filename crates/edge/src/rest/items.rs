//! Lists of bodies: each is read on its own, so that one that is invalid leaves the others.

use super::RestError;
use super::compiled::TypedInput;
use super::convert::{REQUIRED, Reader};
use super::given::Given;
use super::route::Kind;
use super::variables::{overrule, refuse_unknown, set, take};
use serde_json::{Map, Value, json};

/// What came of reading a list.
#[derive(Debug, Default)]
pub struct Items {
    /// The places, in the request, of the bodies that were passed on.
    passed_on: Vec<usize>,
    /// The others, each with its place.
    refused: Vec<(usize, RestError)>,
}

impl Items {
    /// Puts the good bodies among the variables.
    pub fn read(
        typed: &TypedInput,
        given: &Given,
        variables: &mut Map<String, Value>,
        reader: &mut Reader,
    ) -> Result<Self, RestError> {
        let Kind::Items { most, inputs: _, defaults } = typed.input.kind else { return Ok(Self::default()) };
        let name = typed.input.name;
        let mut only = given.body.clone();
        let list = match only.remove(name) {
            Some(Value::Array(_)) if !only.is_empty() => {
                reader.fault(name, "Give a list and nothing else.");
                return Ok(Self::default());
            }
            Some(Value::Array(list)) => list,
            Some(_) => {
                reader.fault(name, "Give a list.");
                return Ok(Self::default());
            }
            None if only.is_empty() => {
                reader.fault(name, REQUIRED);
                return Ok(Self::default());
            }
            None => vec![Value::Object(only)],
        };
        if list.is_empty() || list.len() > most {
            reader.fault(name, format!("Give 1 to {most}."));
            return Ok(Self::default());
        }
        let (mut read, mut items) = (Vec::new(), Self::default());
        for (at, body) in list.into_iter().enumerate() {
            match one(typed, defaults, body) {
                Ok(variable) => {
                    items.passed_on.push(at);
                    read.push(variable);
                }
                Err(error) => items.refused.push((at, error)),
            }
        }
        set(variables, typed.input.to, Value::Array(read));
        Ok(items)
    }

    /// Gives the answer's `posts` and `errors` the places that their bodies had, and adds those that were not passed on.
    pub fn tell(&self, answer: &mut Map<String, Value>) {
        let place = |part: &mut Value| {
            let at = part.get("index").and_then(Value::as_u64).and_then(|at| usize::try_from(at).ok());
            if let (Some(at), Value::Object(part)) = (at.and_then(|at| self.passed_on.get(at)), part) {
                part.insert("index".to_owned(), json!(at));
            }
        };
        for list in ["posts", "errors"] {
            answer.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten().for_each(place);
        }
        let failed = answer.get("failed").and_then(Value::as_u64).unwrap_or(0);
        answer.insert("failed".to_owned(), json!(failed + u64::try_from(self.refused.len()).unwrap_or(0)));
        let Some(Value::Array(errors)) = answer.get_mut("errors") else { return };
        for (at, error) in &self.refused {
            let mut told = serde_json::to_value(error.body()).unwrap_or_default();
            if let Value::Object(parts) = &mut told {
                parts.insert("index".to_owned(), json!(at));
            }
            errors.push(told);
        }
        errors.sort_by_key(|error| error.get("index").and_then(Value::as_u64));
    }
}

fn one(typed: &TypedInput, defaults: &[super::route::Default], body: Value) -> Result<Value, RestError> {
    let mut reader = Reader::default();
    let Value::Object(body) = body else {
        reader.fault(typed.input.name, "Give an object.");
        return Err(RestError::invalid(reader.faults));
    };
    let given = Given { body, ..Given::default() };
    let mut variables = Map::new();
    for input in &typed.items {
        take(input, &given, &mut variables, &mut reader)?;
    }
    refuse_unknown(&typed.items, &given, false, &mut reader);
    if !reader.faults.is_empty() {
        return Err(RestError::invalid(reader.faults));
    }
    overrule(defaults, &typed.items, &given, &mut variables);
    Ok(variables.remove("input").unwrap_or_else(|| Value::Object(Map::new())))
}
