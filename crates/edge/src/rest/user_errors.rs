//! What a payload has against its input, told with the names that the request used.

use super::compiled::TypedInput;
use super::error::{Field, RestError, class_of};
use super::names::{in_rest_names, snake_case};
use super::shape::USER_ERRORS;
use async_graphql::{ServerError, Value};
use axum::http::StatusCode;
use fanfare_domain::user_error::UserErrorCode;

/// One user error of a payload.
struct Refusal {
    code: String,
    words: String,
    path: Vec<String>,
}

/// The refusal of an operation's payloads; `None` where they have nothing against the input.
pub fn refusal(data: &Value, inputs: &[TypedInput]) -> Option<RestError> {
    let Value::Object(payloads) = data else { return None };
    let errors = payloads.values().flat_map(|payload| listed(member(payload, USER_ERRORS)));
    from_list(errors, inputs)
}

/// The refusal of a query's arguments; `None` where the error is of another kind.
pub fn of_extensions(error: &ServerError, inputs: &[TypedInput]) -> Option<RestError> {
    let told = error.extensions.as_ref()?.get(USER_ERRORS);
    from_list(listed(told).iter(), inputs)
}

/// A field of an object.
fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    match value {
        Value::Object(fields) => fields.get(name),
        _ => None,
    }
}

/// The items of a list; of anything else, none.
fn listed(value: Option<&Value>) -> &[Value] {
    match value {
        Some(Value::List(items)) => items,
        _ => &[],
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        Value::Enum(name) => Some(name.as_str()),
        _ => None,
    }
}

/// The refusal that a list of user errors is; `None` for an empty one. The first decides on the status.
pub fn from_list<'a>(errors: impl Iterator<Item = &'a Value>, inputs: &[TypedInput]) -> Option<RestError> {
    let errors: Vec<Refusal> = errors.map(|error| read(error, inputs)).collect();
    let first = errors.first()?;
    let status =
        UserErrorCode::parse(&first.code.to_ascii_lowercase()).map_or(StatusCode::BAD_REQUEST, class_of);
    let mut words: Vec<&str> = errors.iter().map(|error| error.words.as_str()).collect();
    words.dedup();
    let fields = errors.iter().filter_map(|error| {
        Some(Field { name: rest_name(&error.path, inputs)?, words: error.words.clone() })
    });
    Some(RestError::new(status, &first.code, words.join(" ")).with_fields(fields))
}

fn read(error: &Value, inputs: &[TypedInput]) -> Refusal {
    let of = |name: &str| member(error, name).and_then(text).unwrap_or_default();
    let path = listed(member(error, "path")).iter().filter_map(text).map(str::to_owned).collect();
    Refusal { code: of("code").to_owned(), words: in_rest_names(of("message"), inputs), path }
}

/// The request's name of what a path leads to: the input whose variable lies furthest along it, then the rest of the
/// path; `None` for the input as a whole.
fn rest_name(path: &[String], inputs: &[TypedInput]) -> Option<String> {
    let begins = |to: &str| {
        let parts: Vec<&str> = to.split('.').collect();
        let fits = parts.len() <= path.len() && parts.iter().zip(path).all(|(part, given)| part == given);
        fits.then_some(parts.len())
    };
    if path.last().is_some_and(|part| part == "clientMutationKey") {
        return Some("Idempotency-Key".to_owned());
    }
    if let Some((typed, index, below)) = item(path, inputs) {
        let path: Vec<String> = std::iter::once("input".to_owned()).chain(below.iter().cloned()).collect();
        let inside = rest_name(&path, &typed.items);
        let parts = [Some(typed.input.name.to_owned()), Some(index.clone()), inside];
        return Some(parts.into_iter().flatten().collect::<Vec<_>>().join("."));
    }
    let furthest = inputs
        .iter()
        .flat_map(|typed| typed.variables().map(move |to| (to, typed.input.name)))
        .filter_map(|(to, name)| begins(to).map(|length| (length, name)))
        // Of two names for one variable, the first in the table.
        .min_by_key(|(length, _)| std::cmp::Reverse(*length));
    let (length, name) = match furthest {
        Some((length, name)) => (length, Some(name.to_owned())),
        // `input` itself says nothing to who speaks REST.
        None => (1, None),
    };
    let rest = path.get(length..).unwrap_or_default().iter().map(|part| snake_case(part));
    let parts: Vec<String> = name.into_iter().chain(rest).collect();
    (!parts.is_empty()).then(|| parts.join("."))
}

/// Where a path leads into one body of a list of bodies: the list, the body's place in it, and the rest of the path.
fn item<'a>(
    path: &'a [String],
    inputs: &'a [TypedInput],
) -> Option<(&'a TypedInput, &'a String, &'a [String])> {
    inputs.iter().filter(|typed| !typed.items.is_empty()).find_map(|typed| {
        let to: Vec<&str> = typed.input.to.split('.').collect();
        let leads = path.len() > to.len() && to.iter().zip(path).all(|(part, given)| part == given);
        let (index, below) = path.get(to.len()..).filter(|_| leads)?.split_first()?;
        Some((typed, index, below))
    })
}
