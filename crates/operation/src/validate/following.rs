//! Findings that only follow from others: the validator leaves out what it refuses, and then misses it.

use crate::types::Types;
use apollo_compiler::ast::{Definition, Document};

/// Whether a message says that something is missing which the document has, so that another message says what is wrong
/// with it. `field`: the text of what the message is about.
pub fn only_follows(message: &str, field: &str, document: &Document, types: &Types) -> bool {
    if message.contains("must have a subselection set") {
        return field.trim_end().ends_with('}');
    }
    // A fragment on what is no composite type is refused where it stands, too.
    if message.contains("cannot be applied to") {
        let condition = message.split_once("type condition `").and_then(|(_, rest)| rest.split('`').next());
        return condition.is_some_and(|ty| !types.is_composite(ty));
    }
    let missed = message.strip_prefix("cannot find fragment `").and_then(|rest| rest.split('`').next());
    missed.is_some_and(|name| {
        document.definitions.iter().any(|definition| {
            matches!(definition, Definition::FragmentDefinition(fragment) if fragment.name == name)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::{Bounds, parse};
    use crate::places::Places;
    use crate::trial;

    #[test]
    fn what_the_document_has_is_told_from_what_it_lacks() {
        let source = "{user {...F}} fragment F on Absent {name}";
        let document = parse(source, &Places::new(source), Bounds::OWN).unwrap();
        let types = trial::types();
        let follows = |message, field| only_follows(message, field, &document, &types);
        let selects_nothing = "interface, union and object types must have a subselection set";
        assert!(follows(selects_nothing, "user { absent }"));
        assert!(!follows(selects_nothing, "user") && !follows(selects_nothing, "user(box: {size: 1})"));
        assert!(follows("cannot find fragment `F` in this document", "...F"));
        assert!(!follows("cannot find fragment `G` in this document", "...G"));
        assert!(follows("fragment `F` with type condition `Int` cannot be applied to `User`", "...F"));
        assert!(!follows("fragment `F` with type condition `Post` cannot be applied to `User`", "...F"));
        assert!(!follows("type `User` does not have a field `absent`", "user { absent }"));
    }
}
