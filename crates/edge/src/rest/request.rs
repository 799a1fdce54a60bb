//! From a request to the variables of its route's operation.

use super::RestError;
use super::convert::{REQUIRED, Reader, UNKNOWN, from_text};
use super::items::Items;
use super::paging::{self, Page};
use super::route::{Body, Default, Kind, Paging, Place};
use super::table::{CompiledRoute, CompiledWork, Operation, TypedInput};
use axum::http::StatusCode;
use chrono::DateTime;
use serde_json::{Map, Value};

/// What a request gives.
#[derive(Debug, std::default::Default)]
pub struct Given {
    pub path: Vec<(String, String)>,
    pub query: Vec<(String, String)>,
    pub body: Map<String, Value>,
    /// `Idempotency-Key`.
    pub key: Option<String>,
    /// Whether the route's other form is asked for.
    pub as_text: bool,
}

/// An operation with its variables.
pub struct Prepared<'a> {
    pub operation: &'a Operation,
    pub variables: Map<String, Value>,
    pub page: Option<Page>,
    pub items: Option<Items>,
}

/// Reads a request; an error names every value that is not as it has to be.
pub fn prepare<'a>(route: &'a CompiledRoute, given: &Given) -> Result<Prepared<'a>, RestError> {
    let operation = choose(route, given)?;
    let mut reader = Reader::default();
    let mut variables = Map::new();
    let mut items = None;
    for typed in &route.inputs {
        match typed.input.kind {
            Kind::Items { .. } => items = Some(Items::read(typed, given, &mut variables, &mut reader)?),
            _ => take(typed, given, &mut variables, &mut reader)?,
        }
    }
    let paged = route.route.paging != Paging::None;
    if items.is_none() {
        refuse_unknown(&route.inputs, given, paged, &mut reader);
    }
    let page = paged.then(|| Page::read(&given.query, &mut reader));
    if !reader.faults.is_empty() {
        return Err(RestError::invalid(reader.faults));
    }
    overrule(route.route.defaults, &route.inputs, given, &mut variables);
    if let Body::File(variable) = route.route.body {
        // The file takes the place of what stands there.
        set(&mut variables, variable, Value::Null);
    }
    if let Some(page) = page {
        page.set(&mut variables);
    }
    if let (Some(to), Some(key)) = (route.route.key, &given.key) {
        set(&mut variables, to, Value::from(key.as_str()));
    }
    let declared = &operation.document;
    retain_declared(declared, &mut variables);
    Ok(Prepared { operation, variables, page, items })
}

fn choose<'a>(route: &'a CompiledRoute, given: &Given) -> Result<&'a Operation, RestError> {
    if let Some(text) = route.text.as_ref().filter(|_| given.as_text) {
        return Ok(text);
    }
    match &route.work {
        CompiledWork::Operation(only) => Ok(only),
        CompiledWork::Either { given: name, then, otherwise } => {
            let is_given = given.body.get(*name).is_some_and(|value| !value.is_null());
            Ok(if is_given { then } else { otherwise })
        }
        CompiledWork::Edge(_) => Err(RestError::not_found("There is no such route.")),
    }
}

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
pub(super) fn take(
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
            set(variables, to, Value::Null);
            return Ok(());
        }
        None | Some(Value::Null) => return Ok(()),
        Some(value) => value,
    };
    let before = reader.faults.len();
    let to = match (typed.input.kind, value.as_str()) {
        (Kind::Time { local }, Some(text)) if DateTime::parse_from_rfc3339(text).is_err() => local,
        _ => to,
    };
    let read = match typed.input.kind {
        // Whether it is a time at all is for the schema to say, which knows both forms.
        Kind::Time { .. } if value.is_string() => Some(value),
        _ => reader.read(&typed.ty, &value, name),
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

/// A name that means nothing is a mistake that its sender should hear of: a filter that is misspelt would show all.
pub(super) fn refuse_unknown(inputs: &[TypedInput], given: &Given, paged: bool, reader: &mut Reader) {
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
pub(super) fn overrule(
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

/// Variables that only the route's other operation has.
fn retain_declared(
    document: &async_graphql::parser::types::ExecutableDocument,
    variables: &mut Map<String, Value>,
) {
    let declared: Vec<&str> = document
        .operations
        .iter()
        .flat_map(|(_, operation)| &operation.node.variable_definitions)
        .map(|definition| definition.node.name.node.as_str())
        .collect();
    variables.retain(|name, _| declared.contains(&name.as_str()));
}

/// Puts a value where a way such as `input.accountIds` leads.
pub(super) fn set(variables: &mut Map<String, Value>, to: &str, value: Value) {
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

fn drop_at(variables: &mut Map<String, Value>, to: &str) {
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

impl Given {
    /// A body of JSON: an object, or nothing at all.
    pub fn read_json(bytes: &[u8]) -> Result<Map<String, Value>, RestError> {
        let refused = |words: String| RestError::new(StatusCode::BAD_REQUEST, "BAD_USER_INPUT", words);
        if bytes.is_empty() {
            return Ok(Map::new());
        }
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(object)) => Ok(object),
            Ok(_) => Err(refused("The body has to be a JSON object.".to_owned())),
            Err(error) => Err(refused(format!("The body is not JSON: {error}."))),
        }
    }
}
