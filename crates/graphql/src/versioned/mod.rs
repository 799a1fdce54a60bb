//! Which answers have a version: those that show only what has an event whenever it changes. Which answers to
//! events several subscribers may share. And which depend on the language of their reader.

mod event_tables;
mod payload_tables;
mod table;

use event_tables::{CHANGING, OF_EVENTS};
use fanfare_domain::noun::Noun;
use fanfare_services::whole_answer::Alike;
use payload_tables::OF_PAYLOADS;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, LazyLock};
use table::{Fields, TABLE};

/// The nouns of fields, each a type and a name.
type NounsOfFields<'a> = HashMap<(&'a str, &'a str), &'static [Noun]>;

/// The nouns of each field of queries that has a version.
static NOUNS: LazyLock<NounsOfFields<'static>> = LazyLock::new(|| nouns_by_field(TABLE));
/// The same of the fields of events and their payloads.
static NOUNS_OF_EVENTS: LazyLock<NounsOfFields<'static>> =
    LazyLock::new(|| nouns_by_field(OF_EVENTS.iter().chain(OF_PAYLOADS)));
/// The fields that may change without an event, each a type and a name.
static WITHOUT_VERSION: LazyLock<HashSet<(&'static str, &'static str)>> = LazyLock::new(|| {
    CHANGING.iter().flat_map(|(ty, names)| names.iter().map(move |name| (*ty, *name))).collect()
});

fn nouns_by_field(table: impl IntoIterator<Item = &'static Fields>) -> NounsOfFields<'static> {
    let fields = table.into_iter().flat_map(|(ty, groups)| groups.iter().map(move |group| (ty, group)));
    fields.flat_map(|(ty, (nouns, names))| names.iter().map(move |name| ((*ty, *name), *nouns))).collect()
}

/// The nouns that an answer with these fields, each a type and a name, depends on. `None`: one of them has no version, so
/// that the answer must not be kept.
pub fn nouns_of<'a>(selected: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<Arc<[Noun]>> {
    let known: &NounsOfFields<'a> = &NOUNS;
    // A caller that loses a right on another node is refused as soon as this node knows of it.
    let mut nouns = BTreeSet::from([Noun::Rights]);
    for field in selected {
        // The type of an object never changes.
        if field.1 != "__typename" {
            nouns.extend(known.get(&field)?.iter().copied());
        }
    }
    Some(nouns.into_iter().collect())
}

/// Whether an answer to an event with these fields, each a type and a name, is the same for all who have the same rights,
/// and what it depends on. `None`: one of them is about the asker.
pub fn alike<'a>(selected: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<Alike> {
    let versioned: &NounsOfFields<'a> = &NOUNS;
    let of_events: &NounsOfFields<'a> = &NOUNS_OF_EVENTS;
    let without_version: &HashSet<(&'a str, &'a str)> = &WITHOUT_VERSION;
    let (mut nouns, mut is_versioned) = (BTreeSet::from([Noun::Rights]), true);
    for field in selected {
        // An object's type and id never change, whatever it is.
        if ["__typename", "id"].contains(&field.1) {
            continue;
        }
        match versioned.get(&field).or_else(|| of_events.get(&field)) {
            Some(about) => nouns.extend(about.iter().copied()),
            None if without_version.contains(&field) => is_versioned = false,
            None => return None,
        }
    }
    Some(Alike { about: nouns.into_iter().collect(), is_versioned })
}

/// The fields whose value is a text in the language of the request. None of them has a version: an answer that is kept
/// whole is the same for readers of every language.
const IN_LANGUAGE: &[(&str, &str)] = &[("ActivityEvent", "summary"), ("AuditEntry", "summary")];

/// Whether an answer with these fields, each a type and a name, depends on the language of the request.
pub fn depends_on_language<'a>(selected: impl IntoIterator<Item = (&'a str, &'a str)>) -> bool {
    selected.into_iter().any(|field| IN_LANGUAGE.contains(&field))
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
    fn every_field_of_the_tables_is_one_of_the_schema_and_stands_there_once() {
        let known = fields_of_objects();
        let listed = TABLE.iter().chain(OF_EVENTS).chain(OF_PAYLOADS).flat_map(|(ty, groups)| {
            groups
                .iter()
                .flat_map(|(_, names)| *names)
                .map(move |name| ((*ty).to_owned(), (*name).to_owned()))
        });
        let changing = CHANGING
            .iter()
            .flat_map(|(ty, names)| names.iter().map(move |name| ((*ty).to_owned(), (*name).to_owned())));
        let mut seen = BTreeSet::new();
        for field in listed.chain(changing) {
            assert!(known.contains(&field), "{field:?} is not in the schema");
            assert!(seen.insert(field.clone()), "{field:?} stands there twice");
        }
        assert_eq!(seen.len(), NOUNS.len() + NOUNS_OF_EVENTS.len() + WITHOUT_VERSION.len());
    }

    /// The fields of an event of a post's status, and one more.
    fn of_post_status(field: (&'static str, &'static str)) -> Option<Alike> {
        alike([("Subscription", "postStatus"), ("PostStatusEvent", "post"), ("Post", "id"), field])
    }

    #[test]
    fn an_answer_to_an_event_that_shows_rows_is_shared_by_those_with_the_same_rights() {
        let targets = of_post_status(("Post", "targets")).unwrap();
        assert!(targets.is_versioned);
        assert_eq!(&*targets.about, &[Noun::Posts, Noun::Rights]);
        let campaign = of_post_status(("Post", "campaign")).unwrap();
        assert_eq!(&*campaign.about, &[Noun::Posts, Noun::Campaigns, Noun::Rights]);
        let subject = [("Subscription", "activity"), ("ActivityEvent", "subject"), ("Node", "id")];
        assert!(alike(subject).unwrap().about.contains(&Noun::Templates));
        let payload = [("ActivityEvent", "payload"), ("PostTargetEventPayload", "account")];
        assert_eq!(&*alike(payload).unwrap().about, &[Noun::Accounts, Noun::Rights]);
    }

    #[test]
    fn what_changes_without_an_event_is_shared_for_a_moment() {
        for field in [("PostTarget", "steps"), ("Account", "health"), ("Post", "author"), ("User", "name")] {
            assert!(!of_post_status(field).unwrap().is_versioned, "{field:?}");
        }
        // Each of these says itself until when it holds.
        for field in [("Media", "url"), ("Saga", "completedSteps"), ("InboxMessage", "replies")] {
            assert!(of_post_status(field).unwrap().is_versioned, "{field:?}");
        }
    }

    #[test]
    fn what_is_about_the_asker_is_shared_with_nobody() {
        for field in [("Workspace", "role"), ("User", "totpEnabled"), ("Query", "viewer"), ("Query", "node")]
        {
            assert!(of_post_status(field).is_none(), "{field:?}");
        }
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
    fn a_text_in_the_readers_language_keeps_an_answer_out_and_apart() {
        let known = fields_of_objects();
        for (ty, name) in IN_LANGUAGE {
            assert!(
                known.contains(&((*ty).to_owned(), (*name).to_owned())),
                "{ty}.{name} is not in the schema"
            );
            assert_eq!(nouns_of([("Post", "id"), (*ty, *name)]), None, "{ty}.{name}");
            assert!(depends_on_language([("Post", "id"), (*ty, *name)]), "{ty}.{name}");
        }
        // Every field that is called like one of them is one of them.
        for (ty, name) in &known {
            assert!(name != "summary" || IN_LANGUAGE.contains(&(ty.as_str(), name.as_str())), "{ty}.{name}");
        }
        assert!(!depends_on_language([("ActivityEvent", "kind"), ("Post", "content")]));
    }

    #[test]
    fn what_changes_without_an_event_keeps_an_answer_out() {
        for field in [
            ("PostTarget", "steps"),
            ("Account", "health"),
            ("PostMetrics", "updatedAt"),
            ("PostMetrics", "history"),
            ("CampaignMetrics", "updatedAt"),
            ("Campaign", "overduePosts"),
            ("InboxReply", "author"),
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
