//! From a request to the variables of its route's operation.

use super::RestError;
use super::compiled::{CompiledRoute, CompiledWork, Operation, TypedInput};
use super::convert::Reader;
use super::given::Given;
use super::items::Items;
use super::paging::Page;
use super::route::{Body, Kind, Paging};
use super::variables::{drop_at, overrule, refuse_repeated, refuse_unknown, set, take};
use async_graphql::parser::types::ExecutableDocument;
use serde_json::{Map, Value};

/// An operation with its variables.
pub struct Prepared<'a> {
    pub operation: &'a Operation,
    pub variables: Map<String, Value>,
    pub page: Option<Page>,
    pub items: Option<Items>,
}

/// Reads a request; an error names every invalid value.
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
    refuse_repeated(given, &mut reader);
    let paged = route.route.paging != Paging::None;
    if items.is_none() {
        refuse_unknown(&route.inputs, given, paged, &mut reader);
    }
    let page = paged.then(|| Page::read(&given.query, &mut reader));
    if !reader.faults.is_empty() {
        return Err(RestError::invalid(reader.faults));
    }
    overrule(route.route.defaults, &route.inputs, given, &mut variables);
    drop_choosing_null(route, given, &mut variables);
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

/// A value that is null chooses the operation that does not know it.
fn drop_choosing_null(route: &CompiledRoute, given: &Given, variables: &mut Map<String, Value>) {
    let CompiledWork::Either { given: name, .. } = &route.work else { return };
    if given.body.get(*name).is_some_and(Value::is_null) {
        let choosing = route.inputs.iter().filter(|typed| typed.input.name == *name);
        choosing.flat_map(TypedInput::variables).for_each(|to| drop_at(variables, to));
    }
}

/// Variables that only the route's other operation has.
fn retain_declared(document: &ExecutableDocument, variables: &mut Map<String, Value>) {
    let declared: Vec<&str> = document
        .operations
        .iter()
        .flat_map(|(_, operation)| &operation.node.variable_definitions)
        .map(|definition| definition.node.name.node.as_str())
        .collect();
    variables.retain(|name, _| declared.contains(&name.as_str()));
}
