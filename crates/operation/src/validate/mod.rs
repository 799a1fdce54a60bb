//! Validation by the whole of the specification: the validator's rules, and those that it lacks.

mod arguments;
mod positions;
mod subscription;
mod suggestions;
#[cfg(test)]
mod tests;
mod wording;

use super::places::Places;
use super::refused::Fault;
use super::types::Types;
use apollo_compiler::ast::Document;
use apollo_compiler::diagnostic::ToCliReport as _;
use std::collections::HashSet;

/// Refuses a document that breaks a rule. It must have been measured: fragments inside one another would keep the
/// validator busy.
pub fn validate(
    types: &Types,
    document: &Document,
    places: &Places<'_>,
    suggestions: bool,
) -> Result<(), Vec<Fault>> {
    let checked = arguments::check(types, document);
    let lenient = subscription::asks_one_field_twice(document);
    let mut told: Vec<(usize, String)> = Vec::new();
    if let Err(refused) = document.to_executable_validate(&types.schema) {
        for diagnostic in refused.errors.iter() {
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
            told.push((own.map_or(0, |span| span.offset()), words));
        }
    }
    let known: HashSet<usize> = told.iter().map(|(offset, _)| *offset).collect();
    let missed = checked.found.into_iter().filter(|found| {
        let is_told = |offset| known.contains(offset);
        !is_told(&found.offset) && !is_told(&found.argument)
    });
    told.extend(missed.map(|found| (found.offset, found.message)));
    if told.is_empty() {
        return Ok(());
    }
    told.sort_by_key(|(offset, _)| *offset);
    told.dedup();
    Err(told
        .into_iter()
        .map(|(offset, message)| match checked.paths.get(&offset) {
            Some(path) => Fault::new(format!("{path}: {message}"), places.at(offset)),
            None => Fault::new(message, places.at(offset)),
        })
        .collect())
}
