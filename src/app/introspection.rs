//! Whether an operation asks for the schema.

use async_graphql::parser::types::{ExecutableDocument, Selection};
use async_graphql::{Name, Pos};
use std::collections::HashSet;

/// Where the operation of this name asks for the schema, or the only one where there is no name; `None`: nowhere.
/// `__schema` and `__type` are fields of the root alone.
pub fn asked_at(document: &ExecutableDocument, operation: Option<&str>) -> Option<Pos> {
    let mut operations = document.operations.iter();
    let (_, operation) =
        operations.find(|(name, _)| operation.is_none() || name.map(Name::as_str) == operation)?;
    let mut left = vec![&operation.node.selection_set.node];
    let mut seen = HashSet::new();
    while let Some(set) = left.pop() {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    if matches!(field.node.name.node.as_str(), "__schema" | "__type") {
                        return Some(selection.pos);
                    }
                }
                Selection::InlineFragment(inline) => left.push(&inline.node.selection_set.node),
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    if seen.insert(name)
                        && let Some(fragment) = document.fragments.get(name)
                    {
                        left.push(&fragment.node.selection_set.node);
                    }
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;

    fn asks(document: &str, operation: Option<&str>) -> bool {
        asked_at(&parse_query(document).unwrap(), operation).is_some()
    }

    #[test]
    fn an_operation_asks_for_the_schema_directly_or_by_a_fragment() {
        for document in [
            "{ __schema { types { name } } }",
            "{ a: __type(name: \"Post\") { name } }",
            "{ ... { ... on Query { __schema { types { name } } } } }",
            "{ ...a } fragment a on Query { ...b ...a } fragment b on Query { __type(name: \"Post\") { name } }",
        ] {
            assert!(asks(document, None), "{document}");
        }
        for document in [
            "{ __typename }",
            "query __schema { viewer { __typename } }",
            "{ ...a } fragment a on Query { ...a ...missing }",
            "{ __typename } fragment a on Query { __schema { types { name } } }",
            "{ posts(filter: { text: \"__schema\" }) { totalCount } }",
        ] {
            assert!(!asks(document, None), "{document}");
        }
        let two = "query a { __typename } query b { __schema { types { name } } }";
        assert!(!asks(two, Some("a")) && asks(two, Some("b")));
    }
}
