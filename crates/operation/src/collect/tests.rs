use crate::refused::Refused;
use crate::shape::{Inner, Object};
use crate::trial::prepared;
use async_graphql::parser::types::{DocumentOperations, Selection, SelectionSet};
use proptest::prelude::*;
use serde_json::{Value, json};

/// The document that runs, short: `a(..) b{c} ..on User{d}`.
fn runs(source: &str, variables: &Value) -> Result<String, Refused> {
    let prepared = prepared(source, variables)?;
    assert!(prepared.document().fragments.is_empty());
    let DocumentOperations::Single(operation) = &prepared.document().operations else {
        panic!("one operation")
    };
    Ok(of_set(&operation.node.selection_set.node))
}

fn of_set(set: &SelectionSet) -> String {
    let parts = set.items.iter().map(|item| match &item.node {
        Selection::Field(field) => {
            let field = &field.node;
            assert!(field.directives.is_empty());
            let alias = field.alias.as_ref().map(|it| format!("{}:", it.node)).unwrap_or_default();
            let inner = of_set(&field.selection_set.node);
            let inner = if inner.is_empty() { inner } else { format!("{{{inner}}}") };
            format!("{alias}{}{inner}", field.name.node)
        }
        Selection::InlineFragment(inline) => {
            let on = &inline.node.type_condition.as_ref().unwrap().node.on.node;
            format!("..{on}{{{}}}", of_set(&inline.node.selection_set.node))
        }
        Selection::FragmentSpread(_) => panic!("a spread"),
    });
    parts.collect::<Vec<_>>().join(" ")
}

/// The keys of the answer, for objects of a type.
fn keys(source: &str, ty: &str) -> String {
    fn of_object(object: &Object, ty: &str) -> String {
        let parts = object.fields.iter().map(|field| match &field.inner {
            Inner::Leaf => field.key.to_string(),
            Inner::Object(inner) => format!("{}{{{}}}", field.key, of_object(inner, ty)),
            Inner::Typed(typed) => {
                let inner = typed.by_type.get(ty).unwrap_or(&typed.other);
                format!("{}{{{}}}", field.key, of_object(inner, ty))
            }
        });
        parts.collect::<Vec<_>>().join(" ")
    }
    of_object(&prepared(source, &json!({})).unwrap().form().shape().0, ty)
}

fn plain(source: &str) -> String {
    runs(source, &json!({})).unwrap()
}

#[test]
fn a_field_under_one_key_runs_once_with_all_that_is_selected_of_it() {
    let source =
        "mutation {...A ...B} fragment A on Mutation {make {id}} fragment B on Mutation {make {text id}}";
    assert_eq!(plain(source), "make{id text}");
    assert_eq!(
        plain("{user {id} a user {name friends {id}} user {friends {age}}}"),
        "user{id name friends{id age}} a"
    );
    assert_eq!(plain("{x: a y: a x: a}"), "x:a y:a");
}

#[test]
fn fields_with_lists_of_different_lengths_are_not_one() {
    let source = |other: &str| format!("{{a(n: 1, boxes: [{{size: 1}}]) a(boxes: [{other}], n: 1)}}");
    assert_eq!(plain(&source("{size: 1}")), "a");
    let refused = runs(&source("{size: 1} {size: 2}"), &json!({})).unwrap_err();
    assert_eq!(refused.code, "GRAPHQL_VALIDATION_FAILED");
    assert_eq!(refused.faults[0].locations.len(), 2, "{refused:?}");
}

#[test]
fn a_subscriptions_field_may_stand_in_a_fragment() {
    let source = "subscription {...A ...B} fragment A on Subscription {made {id}} fragment B on Subscription {made {text}}";
    assert_eq!(plain(source), "made{id text}");
}

#[test]
fn what_is_left_out_is_gone_and_an_object_of_nothing_stays_an_object() {
    let source = "query($x: Boolean!) {a @skip(if: $x) ... @include(if: $x) {user {id}} sure {...F @skip(if: true)}} \
                  fragment F on User {id}";
    assert_eq!(runs(source, &json!({ "x": true })).unwrap(), "user{id} sure{.type:__typename}");
    assert_eq!(runs(source, &json!({ "x": false })).unwrap(), "a sure{.type:__typename}");
    assert_eq!(plain("{a @skip(if: true)}"), ".type:__typename");
    assert_eq!(keys("{sure {id @include(if: false)}}", "User"), "sure{}");
}

#[test]
fn what_is_selected_of_the_interface_alone_needs_no_types() {
    assert_eq!(plain("{node {id owner {id} ... on Node {id}}}"), "node{id owner{id}}");
}

#[test]
fn types_are_told_apart_where_they_are_asked_for_different_things() {
    let source = "{node {id ... on Post {text} ... on User {name id}}}";
    assert_eq!(plain(source), "node{.type:__typename id ..User{name} ..Post{text}}");
    assert_eq!(keys(source, "User"), "node{id name}");
    assert_eq!(keys(source, "Post"), "node{id text}");
    assert_eq!(keys("{node {... on User {name} id}}", "User"), "node{name id}");
    assert_eq!(keys("{node {... on User {name} id}}", "Post"), "node{id}");
}

#[test]
fn what_is_common_is_merged_with_what_only_one_type_is_asked_for() {
    let source = "{node {owner {id} ... on User {owner {name}}}}";
    assert_eq!(plain(source), "node{.type:__typename ..User{owner{id name}} ..Post{owner{id}}}");
    assert_eq!(keys(source, "User"), "node{owner{id name}}");
}

#[test]
fn fragments_on_interfaces_apply_to_what_implements_them() {
    let source = "{items {__typename ... on Named {name}}}";
    assert_eq!(plain(source), "items{.type:__typename __typename ..User{name}}");
    assert_eq!(keys(source, "Post"), "items{__typename}");
}

#[test]
fn what_only_the_objects_have_or_have_otherwise_is_asked_of_them() {
    assert_eq!(
        plain("{items {... on Node {id owner {id}}}}"),
        "items{.type:__typename ..User{id owner{id}} ..Post{id owner{id}}}"
    );
    assert_eq!(keys("{items {... on Node {id}}}", "Post"), "items{id}");
    assert_eq!(plain("{titled {title}}"), "titled{.type:__typename ..Book{title} ..Film{title}}");
    assert_eq!(plain("{node {... on Node {id}}}"), "node{id}");
}

#[test]
fn every_selected_field_is_listed_once_with_its_type() {
    let prepared = prepared("{node {id} x: node {id ... on User {age}}}", &json!({})).unwrap();
    let pairs: Vec<String> =
        prepared.form().selected().iter().map(|(ty, name)| format!("{ty}.{name}")).collect();
    for pair in ["Query.node", "Node.id", "User.id", "Post.id", "User.age"] {
        assert_eq!(pairs.iter().filter(|it| *it == pair).count(), 1, "{pair}: {pairs:?}");
    }
}

#[test]
fn an_argument_whose_variable_is_absent_is_not_given() {
    let prepared = prepared("query($n: Int, $s: Int! = 2) {a(n: $n, need: $s)}", &json!({})).unwrap();
    let told = format!("{:?}", prepared.document());
    assert!(!told.contains("Variable(Name(\"n\"))") && told.contains("Variable(Name(\"s\"))"), "{told}");
}

/// Selections of a user, of fields that never conflict.
fn selections() -> impl Strategy<Value = String> {
    let leaf =
        prop_oneof![Just("id"), Just("name"), Just("nick"), Just("__typename")].prop_map(str::to_owned);
    leaf.prop_recursive(4, 24, 4, |inner| {
        let set = prop::collection::vec(inner, 1..4).prop_map(|parts| parts.join(" "));
        prop_oneof![
            set.clone().prop_map(|set| format!("friends {{{set}}}")),
            set.clone().prop_map(|set| format!("owner {{{set}}}")),
            set.clone().prop_map(|set| format!("... on User {{{set}}}")),
            set.clone().prop_map(|set| format!("... on Node {{... on User {{{set}}}}}")),
            set.prop_map(|set| format!("... @skip(if: false) {{{set}}}")),
        ]
    })
}

proptest! {
    #[test]
    fn a_normal_form_is_its_own_normal_form(parts in prop::collection::vec(selections(), 1..5)) {
        let once = plain(&format!("{{user {{{}}}}}", parts.join(" ")));
        prop_assert_eq!(&plain(&format!("{{{once}}}")), &once);
    }
}
