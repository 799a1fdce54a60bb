//! The documents that the tests send, each parsed and validated once.

use super::selection::Execution;
use apollo_compiler::validation::{Valid, WithErrors};
use apollo_compiler::{ExecutableDocument, Schema};
use parking_lot::Mutex;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock};

/// What clients ask of introspection since the parser's definitions were written.
const NEWER: &str = "\nextend type __Type { isOneOf: Boolean }\n";

static SCHEMA: LazyLock<Valid<Schema>> = LazyLock::new(|| {
    let text = include_str!("../../../../schema.graphql");
    Schema::parse_and_validate(format!("{text}{NEWER}"), "schema.graphql")
        .expect("the committed schema is valid")
});

/// What a text turned out to be.
pub enum Found {
    Valid(Valid<ExecutableDocument>),
    /// With what is wrong.
    Invalid(String),
}

/// The committed schema.
pub fn schema() -> &'static Valid<Schema> {
    &SCHEMA
}

/// Tests send the same few documents again and again.
pub fn find(text: &str) -> Arc<Found> {
    static KNOWN: LazyLock<Mutex<HashMap<String, Arc<Found>>>> = LazyLock::new(Mutex::default);
    if let Some(found) = KNOWN.lock().get(text) {
        return Arc::clone(found);
    }
    let found = match ExecutableDocument::parse_and_validate(schema(), text, "document.graphql") {
        Ok(document) => Found::Valid(document),
        Err(wrong) if is_misjudged(&wrong) => Found::Valid(Valid::assume_valid(wrong.partial)),
        Err(wrong) => Found::Invalid(wrong.errors.to_string()),
    };
    let found = Arc::new(found);
    KNOWN.lock().insert(text.to_owned(), Arc::clone(&found));
    found
}

/// The validator counts the selections at the root of a subscription; the specification counts response keys, so that
/// one field may be selected twice.
fn is_misjudged(wrong: &WithErrors<ExecutableDocument>) -> bool {
    let about_it =
        wrong.errors.iter().all(|it| it.error.to_string().contains("can only have one root field"));
    let document = &wrong.partial;
    about_it
        && document.operations.iter().filter(|operation| operation.is_subscription()).all(|operation| {
            let execution = Execution { schema: schema(), document, operation, switches: BTreeMap::new() };
            execution.collect(operation.object_type(), &[&operation.selection_set]).len() == 1
        })
}

/// The operation of a document that was executed, with the values that `@skip` and `@include` may ask for.
pub fn execution<'a>(
    document: &'a ExecutableDocument,
    operation_name: Option<&str>,
    variables: &Value,
) -> Result<Execution<'a>, String> {
    let operation = document.operations.get(operation_name);
    let operation = operation.map_err(|_| format!("no operation is meant by {operation_name:?}"))?;
    let mut switches = BTreeMap::new();
    for variable in &operation.variables {
        let given = variables.get(variable.name.as_str());
        let value = match given {
            Some(given) => given.as_bool(),
            None => variable.default_value.as_ref().and_then(|value| value.to_bool()),
        };
        if let Some(value) = value {
            switches.insert(variable.name.as_str(), value);
        }
    }
    Ok(Execution { schema: schema(), document, operation, switches })
}
