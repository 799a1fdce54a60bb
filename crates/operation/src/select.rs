//! Which operation of a document is meant.

use super::refused::Refused;
use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition};
use async_graphql::{Name, Positioned};

/// The operation that `name` names, or the only one.
pub fn select<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Result<(Option<&'a Name>, &'a Positioned<OperationDefinition>), Refused> {
    let refused = |message: &str| Refused::whole("GRAPHQL_VALIDATION_FAILED", message);
    let unknown = || refused("No operation has the given operationName");
    match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Ok((None, operation)),
        (DocumentOperations::Single(_), Some(_)) => Err(unknown()),
        (DocumentOperations::Multiple(operations), Some(name)) => {
            let found = operations.get_key_value(name).ok_or_else(unknown)?;
            Ok((Some(found.0), found.1))
        }
        (DocumentOperations::Multiple(operations), None) => {
            let mut all = operations.iter();
            match (all.next(), all.next()) {
                (Some((name, operation)), None) => Ok((Some(name), operation)),
                _ => Err(refused("operationName must say which operation is meant")),
            }
        }
    }
}
