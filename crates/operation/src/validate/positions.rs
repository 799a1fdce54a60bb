//! Where a variable may stand.

use apollo_compiler::ast::{Type, VariableDefinition};

/// What a place in a document expects.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub ty: &'a Type,
    /// Whether the argument or the input field has a default.
    pub has_default: bool,
    /// A field of an input object of which exactly one must be given.
    pub is_choice: bool,
}

/// `IsVariableUsageAllowed` of the specification: why the variable may not stand there.
pub fn refusal(variable: &VariableDefinition, place: Place<'_>) -> Option<String> {
    let name = &variable.name;
    let (given, wanted) = (&*variable.ty, place.ty);
    if place.is_choice && !given.is_non_null() {
        return Some(format!(
            "The variable `${name}` of the type `{given}` must not be nullable to be the field of a @oneOf object: \
             declare it as `{given}!`"
        ));
    }
    let has_value = variable.default_value.as_ref().is_some_and(|value| !value.is_null());
    let fits = if wanted.is_non_null() && !given.is_non_null() {
        (has_value || place.has_default) && given.is_assignable_to(&wanted.clone().nullable())
    } else {
        given.is_assignable_to(wanted)
    };
    let message =
        || format!("The variable `${name}` of the type `{given}` cannot stand where `{wanted}` is expected");
    (!fits).then(message)
}
