//! Whether the errors of an answer are whole (7.1.2 of the specification), and whether each has made `null` what it had
//! to (6.4.4).

use super::json::Json;
use super::selection::Execution;
use apollo_compiler::executable::{SelectionSet, Type};

/// `extensions.code` of a top-level error. Every resolver's, and those that the transport alone gives.
const CODES: &[&str] = &[
    "UNAUTHENTICATED",
    "FORBIDDEN",
    "NOT_FOUND",
    "BAD_USER_INPUT",
    "CONFLICT",
    "RATE_LIMITED",
    "CURSOR_TOO_OLD",
    "QUERY_TOO_COMPLEX",
    "TIMEOUT",
    "UNAVAILABLE",
    "INTERNAL",
    "GRAPHQL_PARSE_FAILED",
    "GRAPHQL_VALIDATION_FAILED",
    "PERSISTED_QUERY_NOT_FOUND",
    "SLOW_CONSUMER",
];

/// The errors of an answer, each looked at by itself.
pub struct Errors {
    /// The path of each that is an object; `None` where it has none.
    paths: Vec<Option<Vec<Json>>>,
}

/// Where an error has led to.
struct Trace {
    /// How many steps of the path lead to the `null`.
    null_at: usize,
    /// How many steps lead to the last value on the path that may be `null`.
    target: usize,
}

impl Errors {
    /// `list` is the member `errors`, where there is one.
    pub fn read(document: &str, list: Option<&Json>, faults: &mut Vec<String>) -> Self {
        let mut paths = Vec::new();
        match list {
            None => {}
            Some(Json::List(items)) if items.is_empty() => faults.push("`errors` is empty".to_owned()),
            Some(Json::List(items)) => {
                for (number, item) in items.iter().enumerate() {
                    paths.push(read(document, item, &format!("errors[{number}]"), faults));
                }
            }
            Some(other) => faults.push(format!("`errors` is {}", other.kind())),
        }
        Self { paths }
    }

    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// Nothing was executed, so no field has failed; but a subscription that does not begin names its field.
    pub fn have_no_path(&self, faults: &mut Vec<String>) {
        if self.paths.iter().any(Option::is_some) {
            faults.push("a field has failed, and the answer has no `data`".to_owned());
        }
    }

    /// Each is an error of a field that was selected, and what has become `null` is what the field's type says.
    pub fn fit(&self, execution: &Execution<'_>, data: &Json, faults: &mut Vec<String>) {
        if *data == Json::Null && self.is_empty() {
            faults.push("`data` is null without an error".to_owned());
        }
        let mut traces = Vec::new();
        for path in &self.paths {
            let Some(path) = path else {
                faults.push("the answer has `data`, and an error without a path".to_owned());
                continue;
            };
            match trace(execution, data, path) {
                Ok(found) => traces.push((path, found)),
                Err(why) => faults.push(format!("the error at {}: {why}", written(path))),
            }
        }
        for (path, found) in &traces {
            let nulled = &path[..found.null_at];
            let explained =
                traces.iter().any(|(other, trace)| other.starts_with(nulled) && trace.target == nulled.len());
            if !explained {
                let wanted = written(&path[..found.target]);
                faults.push(format!(
                    "the error at {} makes {} null, where it had to be {wanted}",
                    written(path),
                    written(nulled)
                ));
            }
        }
    }
}

/// One error; answers its path.
fn read(document: &str, error: &Json, at: &str, faults: &mut Vec<String>) -> Option<Vec<Json>> {
    let Json::Object(members) = error else {
        faults.push(format!("{at} is {} and no object", error.kind()));
        return None;
    };
    for (key, _) in members {
        if !["message", "locations", "path", "extensions"].contains(&key.as_str()) {
            faults.push(format!("{at} has a key `{key}`"));
        }
    }
    if error.get("message").and_then(Json::as_text).is_none_or(str::is_empty) {
        faults.push(format!("{at} has no message"));
    }
    let extension = |name: &str| error.get("extensions")?.get(name)?.as_text();
    match extension("code") {
        Some(code) if CODES.contains(&code) => {}
        code => faults.push(format!("{at} has the code {code:?}")),
    }
    if extension("requestId").is_none_or(str::is_empty) {
        faults.push(format!("{at} has no request id"));
    }
    let path = match error.get("path") {
        None => None,
        Some(Json::List(path)) if !path.is_empty() => Some(path.clone()),
        Some(other) => {
            faults.push(format!("{at} has the path {other:?}"));
            None
        }
    };
    match error.get("locations") {
        None if path.is_some() => faults.push(format!("{at} is of a field and has no locations")),
        None => {}
        Some(Json::List(places)) if places.iter().any(|place| !is_inside(document, place)) => {
            faults.push(format!("{at} stands outside of the document: {places:?}"));
        }
        Some(Json::List(places)) if !places.is_empty() => {}
        Some(other) => faults.push(format!("{at} has the locations {other:?}")),
    }
    path
}

/// Whether a location is one of the document, its end included. Columns count bytes, characters or UTF-16 units: the
/// specification does not say which.
fn is_inside(document: &str, place: &Json) -> bool {
    let number = |name: &str| match place.get(name) {
        Some(Json::Number(number)) => number.as_u64().and_then(|number| usize::try_from(number).ok()),
        _ => None,
    };
    let (Some(line), Some(column)) = (number("line"), number("column")) else { return false };
    let text = document.replace("\r\n", "\n").replace('\r', "\n");
    let found = line.checked_sub(1).and_then(|before| text.split('\n').nth(before));
    found.is_some_and(|found| (1..=found.len() + 1).contains(&column))
}

/// Follows an error's path through what was selected and through the data.
fn trace(execution: &Execution<'_>, data: &Json, path: &[Json]) -> Result<Trace, String> {
    let mut place = Place { kind: None, sets: vec![&execution.operation.selection_set] };
    let mut value = data;
    let (mut null_at, mut target) = ((*data == Json::Null).then_some(0), 0);
    for (before, step) in path.iter().enumerate() {
        place = place.after(execution, step)?;
        if place.kind.is_some_and(|kind| !kind.is_non_null()) {
            target = before + 1;
        }
        if null_at.is_none() {
            value = member(value, step)
                .ok_or_else(|| format!("nothing stands at {}", written(&path[..=before])))?;
            null_at = (*value == Json::Null).then_some(before + 1);
        }
    }
    let null_at = null_at.ok_or("a value stands there, and no null")?;
    if null_at > target {
        Err("null stands where it must not".to_owned())
    } else {
        Ok(Trace { null_at, target })
    }
}

fn member<'a>(value: &'a Json, step: &Json) -> Option<&'a Json> {
    match (value, step) {
        (Json::Object(_), Json::Text(key)) => value.get(key),
        (Json::List(items), Json::Number(number)) => items.get(usize::try_from(number.as_u64()?).ok()?),
        _ => None,
    }
}

/// A place in the shape of the answer.
struct Place<'a> {
    /// `None` at the root.
    kind: Option<&'a Type>,
    /// What is selected there.
    sets: Vec<&'a SelectionSet>,
}

impl<'a> Place<'a> {
    /// One step along a path. Where an interface stands, every object that it may be counts: validation has seen to it
    /// that fields under one key are of one shape.
    fn after(&self, execution: &Execution<'a>, step: &Json) -> Result<Self, String> {
        match (self.kind, step) {
            (Some(kind), Json::Number(number)) if kind.is_list() && number.is_u64() => {
                Ok(Self { kind: Some(kind.item_type()), sets: self.sets.clone() })
            }
            (kind, Json::Text(key)) if kind.is_none_or(Type::is_named) => {
                let named = match kind {
                    Some(kind) => kind.inner_named_type().as_str(),
                    None => execution.operation.object_type().as_str(),
                };
                let mut found = Self { kind: None, sets: Vec::new() };
                for object in execution.possible(named) {
                    let selected = execution.collect(object, &self.sets);
                    let Some(collected) = selected.iter().find(|it| it.key == key) else { continue };
                    found.kind = found.kind.or(execution.type_of(object, collected.name()));
                    found.sets.extend(collected.selections());
                }
                if found.kind.is_some() {
                    Ok(found)
                } else {
                    Err(format!("no field `{key}` was selected there"))
                }
            }
            _ => Err(format!("no step {step:?} leads on from there")),
        }
    }
}

fn written(path: &[Json]) -> String {
    let step = |step: &Json| match step {
        Json::Text(key) => key.clone(),
        Json::Number(number) => number.to_string(),
        other => format!("{other:?}"),
    };
    if path.is_empty() { "`data`".to_owned() } else { path.iter().map(step).collect::<Vec<_>>().join(".") }
}
