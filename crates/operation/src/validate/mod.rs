//! Validation by the whole of the specification: the validator's rules, and those that it lacks.

mod arguments;
mod following;
mod literals;
mod positions;
mod subscription;
mod suggestions;
#[cfg(test)]
mod tests;
mod wording;

use super::places::Places;
use super::refused::{Fault, MAX_FAULTS};
use super::types::Types;
use apollo_compiler::ast::Document;
use apollo_compiler::diagnostic::ToCliReport as _;
use std::collections::HashSet;

/// How many of the validator's findings are looked at: more than are told, since some are left out.
const MOST_DIAGNOSTICS: usize = 4 * MAX_FAULTS;

/// Refuses a document that breaks a rule. It must have been measured: fragments inside one another would keep the
/// validator busy.
pub fn validate(
    types: &Types,
    document: &Document,
    places: &Places<'_>,
    suggestions: bool,
) -> Result<(), Vec<Fault>> {
    let missed = arguments::check(types, document, &HashSet::new()).found;
    let lenient = subscription::asks_one_field_twice(document);
    let mut told: Vec<(usize, String)> = Vec::new();
    let mut follows = Vec::new();
    if let Err(refused) = document.to_executable_validate(&types.schema) {
        for diagnostic in refused.errors.iter().take(MOST_DIAGNOSTICS) {
            let message = diagnostic.error.to_string();
            if lenient && subscription::is_about_fields(&message) {
                continue;
            }
            let span = diagnostic.error.location();
            // A definition that takes part in the fault may be what is shown; then it is of the schema.
            let own = span.filter(|span| document.sources.contains_key(&span.file_id()));
            let mut words = wording::plain(&message);
            if suggestions && let Some(meant) = suggestions::meant(types, &message) {
                words = format!("{words}. Did you mean `{meant}`?");
            }
            let field = own.map_or("", |span| places.text(span.offset()..span.end_offset()));
            let list = if following::only_follows(&message, field, document, types) {
                &mut follows
            } else {
                &mut told
            };
            list.push((own.map_or(0, |span| span.offset()), words));
        }
    }
    let known: HashSet<usize> = told.iter().map(|(offset, _)| *offset).collect();
    let missed = missed.into_iter().filter(|found| {
        let is_told = |offset| known.contains(offset);
        !is_told(&found.offset) && !is_told(&found.argument)
    });
    told.extend(missed.map(|found| (found.offset, found.message)));
    if told.is_empty() {
        told = follows;
    }
    if told.is_empty() {
        return Ok(());
    }
    told.sort_by_key(|(offset, _)| *offset);
    told.dedup();
    told.truncate(MAX_FAULTS);
    let wanted = told.iter().map(|(offset, _)| *offset).collect();
    let paths = arguments::check(types, document, &wanted).paths;
    Err(told
        .into_iter()
        .map(|(offset, message)| match paths.get(&offset) {
            Some(path) => Fault::new(format!("{path}: {message}"), places.at(offset)),
            None => Fault::new(message, places.at(offset)),
        })
        .collect())
}
