//! From the values of a request to the variables of an operation.

use super::RestError;
use super::compiled::TypedInput;
use super::convert::{REQUIRED, Reader, UNKNOWN, from_text};
use super::given::Given;
use super::paging;
use super::route::{Default, Kind, Place};
use crate::repeated::{TWICE, repeated};
use fanfare_domain::written_time::{self, WrittenTime};
use serde_json::{Map, Value};

fn raw(typed: &TypedInput, given: &Given) -> Option<Value> {
    let named = |pairs: &[(String, String)]| {
        let (_, text) = pairs.iter().find(|(name, _)| name == typed.input.name)?;
        Some(from_text(&typed.ty, text))
    };
    match typed.input.place {
        Place::Path => named(&given.path),
        Place::Query => named(&given.query),
        Place::Body => given.body.get(typed.input.name).cloned(),
    }
}

/// Reads one value and puts it among the variables.
pub fn take(
    typed: &TypedInput,
    given: &Given,
    variables: &mut Map<String, Value>,
    reader: &mut Reader,
) -> Result<(), RestError> {
    let (name, to) = (typed.input.name, typed.input.to);
    let value = match raw(typed, given) {
        None | Some(Value::Null) if typed.required => {
            reader.fault(name, REQUIRED);
            return Ok(());
        }
        Some(Value::Null) if typed.nullable => {
            // Of a list that is given too, one value that is null says nothing.
            if !matches!(typed.input.kind, Kind::OneOf) || !is_set(variables, to) {
                set(variables, to, Value::Null);
            }
            return Ok(());
        }
        None | Some(Value::Null) => return Ok(()),
        Some(value) => value,
    };
    let before = reader.faults.len();
    let (to, read) = match (typed.input.kind, value.as_str()) {
        (Kind::Time { local }, Some(text)) => match written_time::parse(text) {
            Ok(WrittenTime::Instant(_)) => (to, Some(value)),
            Ok(WrittenTime::Local(_)) => (local, Some(value)),
            Err(fault) => {
                reader.fault(name, fault.to_string());
                (to, None)
            }
        },
        _ => (to, reader.read(&typed.ty, &value, name)),
    };
    if typed.input.place == Place::Path && reader.faults.len() > before {
        return Err(RestError::not_found("There is no such object in this workspace."));
    }
    match (read, typed.input.kind) {
        (Some(value), Kind::OneOf) => set(variables, to, Value::Array(vec![value])),
        (Some(_), Kind::Word(_)) | (None, _) => {}
        (Some(value), _) => set(variables, to, value),
    }
    Ok(())
}

/// Of a parameter that is given twice, only one could hold, and its sender could not tell which.
pub fn refuse_repeated(given: &Given, reader: &mut Reader) {
    for name in repeated(&given.query) {
        reader.fault(name, TWICE);
    }
}

/// A name that means nothing is a mistake that its sender should hear of: a filter that is misspelt would show all.
pub fn refuse_unknown(inputs: &[TypedInput], given: &Given, paged: bool, reader: &mut Reader) {
    let known = |name: &str, place: Place| {
        let named = inputs.iter().any(|typed| typed.input.name == name && typed.input.place == place);
        named || (paged && place == Place::Query && paging::NAMES.contains(&name))
    };
    for (name, _) in given.query.iter().filter(|(name, _)| !known(name, Place::Query)) {
        reader.fault(name, UNKNOWN);
    }
    for name in given.body.keys().filter(|name| !known(name, Place::Body)) {
        reader.fault(name, UNKNOWN);
    }
}

/// What follows from words and from which values are given.
pub fn overrule(
    defaults: &[Default],
    inputs: &[TypedInput],
    given: &Given,
    variables: &mut Map<String, Value>,
) {
    let is_given = |name: &str| given.body.get(name).is_some_and(|value| !value.is_null());
    for default in defaults {
        if is_given(default.given) && !default.unless.iter().any(|name| is_given(name)) {
            set(variables, default.sets, Value::Bool(true));
        }
    }
    for typed in inputs {
        let Kind::Word(words) = typed.input.kind else { continue };
        let Some(said) = given.body.get(typed.input.name).and_then(Value::as_str) else { continue };
        let Some(word) = words.iter().find(|word| word.text == said) else { continue };
        word.drops.iter().for_each(|name| drop_at(variables, name));
        set(variables, word.sets.0, Value::Bool(word.sets.1));
    }
}

/// Puts a value where a way such as `input.accountIds` leads.
pub fn set(variables: &mut Map<String, Value>, to: &str, value: Value) {
    match to.split_once('.') {
        None => {
            variables.insert(to.to_owned(), value);
        }
        Some((first, rest)) => {
            let inner = variables.entry(first).or_insert_with(|| Value::Object(Map::new()));
            if !inner.is_object() {
                *inner = Value::Object(Map::new());
            }
            if let Value::Object(inner) = inner {
                set(inner, rest, value);
            }
        }
    }
}

fn is_set(variables: &Map<String, Value>, to: &str) -> bool {
    match to.split_once('.') {
        None => variables.contains_key(to),
        Some((first, rest)) => {
            let inner = variables.get(first).and_then(Value::as_object);
            inner.is_some_and(|inner| is_set(inner, rest))
        }
    }
}

/// Takes away what a way such as `input.accountIds` leads to.
pub fn drop_at(variables: &mut Map<String, Value>, to: &str) {
    match to.split_once('.') {
        None => {
            variables.remove(to);
        }
        Some((first, rest)) => {
            if let Some(Value::Object(inner)) = variables.get_mut(first) {
                drop_at(inner, rest);
            }
        }
    }
}
