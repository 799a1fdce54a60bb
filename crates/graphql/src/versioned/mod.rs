//! Which answers have a version: those that show nothing but what an event tells of when it changes.

mod table;

use fanfare_domain::noun::Noun;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, LazyLock};
use table::TABLE;

/// The nouns of each field, by its type and its name.
static NOUNS: LazyLock<HashMap<(&'static str, &'static str), &'static [Noun]>> = LazyLock::new(|| {
    let fields = TABLE.iter().flat_map(|(ty, groups)| groups.iter().map(move |group| (ty, group)));
    fields.flat_map(|(ty, (nouns, names))| names.iter().map(move |name| ((*ty, *name), *nouns))).collect()
});

/// The nouns that an answer with these fields, each a type and a name, depends on. `None`: one of them has no version, so
/// that the answer must not be kept.
pub fn nouns_of<'a>(selected: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<Arc<[Noun]>> {
    let known: &HashMap<(&'a str, &'a str), &'static [Noun]> = &NOUNS;
    // Whoever loses a right on another node is refused as soon as this one has heard of it.
    let mut nouns = BTreeSet::from([Noun::Rights]);
    for field in selected {
        // The type of an object never changes.
        if field.1 != "__typename" {
            nouns.extend(known.get(&field)?.iter().copied());
        }
    }
    Some(nouns.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::sdl;
    use async_graphql::parser::parse_schema;
    use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};

    /// The fields of the schema's objects.
    fn fields_of_objects() -> BTreeSet<(String, String)> {
        let mut found = BTreeSet::new();
        for definition in parse_schema(sdl()).unwrap().definitions {
            let TypeSystemDefinition::Type(ty) = definition else { continue };
            let TypeKind::Object(object) = ty.node.kind else { continue };
            let name = ty.node.name.node.to_string();
            found.extend(object.fields.iter().map(|field| (name.clone(), field.node.name.node.to_string())));
        }
        found
    }

    #[test]
    fn every_field_of_the_table_is_one_of_the_schema_and_stands_there_once() {
        let known = fields_of_objects();
        let listed = TABLE.iter().flat_map(|(ty, groups)| {
            groups
                .iter()
                .flat_map(|(_, names)| *names)
                .map(move |name| ((*ty).to_owned(), (*name).to_owned()))
        });
        let mut seen = BTreeSet::new();
        for field in listed {
            assert!(known.contains(&field), "{field:?} is not in the schema");
            assert!(seen.insert(field.clone()), "{field:?} stands there twice");
        }
        assert_eq!(seen.len(), NOUNS.len());
    }

    #[test]
    fn an_answer_depends_on_the_nouns_of_all_its_fields_and_on_who_may_read() {
        let list = [("Query", "posts"), ("PostConnection", "nodes"), ("Post", "id"), ("Post", "__typename")];
        assert_eq!(nouns_of(list).as_deref(), Some(&[Noun::Posts, Noun::Rights][..]));
        let with_accounts = list.into_iter().chain([("PostTarget", "account"), ("Account", "name")]);
        assert_eq!(
            nouns_of(with_accounts).as_deref(),
            Some(&[Noun::Posts, Noun::Accounts, Noun::Rights][..])
        );
    }

    #[test]
    fn what_changes_without_an_event_keeps_an_answer_out() {
        for field in [
            ("PostTarget", "steps"),
            ("Media", "url"),
            ("Account", "health"),
            ("PostMetrics", "updatedAt"),
            ("Campaign", "overduePosts"),
            ("InboxMessage", "replies"),
            ("MediaFetch", "status"),
            ("Workspace", "role"),
            ("Workspace", "auditLog"),
            ("Workspace", "apiKeys"),
            ("Workspace", "name"),
            ("User", "name"),
            ("Query", "viewer"),
            ("Query", "node"),
            ("Query", "__schema"),
            ("Mutation", "createPost"),
        ] {
            assert_eq!(nouns_of([("Post", "id"), field]), None, "{field:?}");
        }
    }
}
