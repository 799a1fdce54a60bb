use super::*;
use crate::parse::{Bounds, parse};
use crate::trial;

fn faults(source: &str) -> Vec<Fault> {
    let places = Places::new(source);
    validate(&trial::types(), &parse(source, &places, Bounds::OWN).unwrap(), &places, true)
        .err()
        .unwrap_or_default()
}

#[test]
fn what_keeps_the_rules_is_valid() {
    for source in [
        "{a}",
        "query Q($b: Box!, $n: Int) {a(box: $b, n: $n)}",
        "{node {id ... on User {name} ...P}} fragment P on Post {text}",
        "{items {__typename ... on Node {id}}}",
        "{user {nick: name} user {age}}",
        "{a(box: {size: 1, choice: {left: 2}, any: {x: [1, {y: RED}]}})}",
        "query($x: Int!) {a(box: {size: 1, choice: {left: $x}})}",
        "query($x: Int) {a(box: {size: 1, depth: $x})}",
        "query($x: Int = 1) {a(box: {size: $x})}",
        "query($x: [Box!]) {a(boxes: $x)}",
        "query($x: Box!) {a(boxes: [$x])}",
        "query($x: String!) {a(b: {c: $x})}",
        "subscription {...A ...B} fragment A on Subscription {made {id}} fragment B on Subscription {made {text}}",
        "{__schema {types {name isOneOf}}}",
        "{even(value: 2) a: even(value: null, list: 2) b: even(list: [2, 4], pair: {evens: [2, null]})}",
        "query($x: Even = 2, $y: Even!) {even(value: $x, list: [$y])}",
        "query($x: Boolean!) {a @skip(if: $x) user @include(if: $x) {id}}",
    ] {
        let told = faults(source);
        assert!(told.is_empty(), "{source}: {told:?}");
    }
}

/// Each breaks one rule of the specification.
const BROKEN: &[&str] = &[
    // Documents and operations.
    "type A {a: Int} {a}",
    "{a} query Q {a}",
    "query Q {a} query Q {a}",
    "subscription {made {id} other}",
    "subscription {__typename}",
    // Fields.
    "{absent}",
    "{user}",
    "{a {b}}",
    "{a: user {id} a}",
    "{user {x: name x: nick}}",
    "{x: must(n: 1) x: must(n: 2)}",
    "{items {... on User {x: name} ... on Post {x: id}} items {... on User {y: age} ... on Post {y: text}}}",
    // Arguments.
    "{a(absent: 1)}",
    "{a(n: 1, n: 2)}",
    "{must}",
    "{must(n: null)}",
    // Fragments.
    "{...A ...A} fragment A on Query {a} fragment A on Query {a}",
    "{...A} fragment A on Absent {a}",
    "{...A} fragment A on Color {a}",
    "{... on Color {a}}",
    "{a} fragment A on Query {a}",
    "{...Absent}",
    "{...A} fragment A on Query {...A}",
    "{post {... on User {id}}}",
    // Values.
    "{a(n: \"1\")}",
    "{a(n: 2147483648)}",
    "{a(n: 1.5)}",
    "{a(color: \"RED\")}",
    "{a(color: BLACK)}",
    "{a(box: {size: 1, absent: 2})}",
    "{a(box: {size: 1, size: 2})}",
    "{a(box: {})}",
    "{a(box: {size: null})}",
    "{a(boxes: [null])}",
    "{a(box: {size: 1, choice: {}})}",
    "{a(box: {size: 1, choice: {left: 1, right: 2}})}",
    "{a(box: {size: 1, choice: {left: null}})}",
    "query($b: Box = {size: 1, size: 2}) {a(box: $b)}",
    // Directives.
    "{a @absent}",
    "query @skip(if: true) {a}",
    "{a @skip(if: true) @skip(if: false)}",
    "{a @skip}",
    // Variables.
    "query($x: Int, $x: Int) {a(n: $x)}",
    "query($x: User) {a(n: $x)}",
    "query($x: Absent) {a(n: $x)}",
    "{a(n: $x)}",
    "{a(b: {c: $x})}",
    "query($x: Int) {a}",
    "query($x: String) {a(n: $x)}",
    "query($x: Int) {must(n: $x)}",
    "query($x: Int = null) {must(n: $x)}",
    "query($x: Int) {a(box: {size: $x})}",
    "query($x: Box) {a(boxes: [$x])}",
    "query($x: Box) {a(boxes: $x)}",
    "query($x: [String]) {a(box: {size: 1, tags: $x})}",
    "query($x: Int) {a(box: {size: 1, choice: {left: $x}})}",
    "query($x: Int = \"1\") {a(n: $x)}",
];

#[test]
fn what_breaks_a_rule_is_refused_with_its_place_and_in_a_sentence() {
    for source in BROKEN {
        let faults = faults(source);
        assert!(!faults.is_empty(), "{source}");
        for Fault { message, locations } in faults {
            assert!(locations.iter().all(|at| at.line == 1 && at.column >= 1), "{source}: {locations:?}");
            let first = message.chars().next().unwrap();
            assert!(
                first.is_uppercase() || "`${".contains(first) || message.contains(": "),
                "{source}: {message}"
            );
            assert!(!message.contains("graphql:") && !message.contains('\n'), "{source}: {message}");
        }
    }
}

#[test]
fn a_value_inside_of_an_argument_is_named_with_the_way_to_it() {
    let told = faults("{a(box: {size: 1, color: BLACK})}").remove(0);
    assert!(told.message.starts_with("box.color: ") && told.message.contains("BLACK"), "{told:?}");
    let told = faults("{a(box: {size: 1, size: 2})}").remove(0);
    assert_eq!(told.message, "box.size: The field `size` of an input object can be given only once");
    assert_eq!((told.locations[0].line, told.locations[0].column), (1, 25));
}

#[test]
fn names_are_suggested_only_where_they_may_be() {
    let source = "{usr {id}}";
    let places = Places::new(source);
    let document = parse(source, &places, Bounds::OWN).unwrap();
    let told = |suggestions| {
        validate(&trial::types(), &document, &places, suggestions).unwrap_err().remove(0).message
    };
    assert!(told(true).ends_with("Did you mean `user`?"), "{}", told(true));
    assert!(!told(false).contains("user"), "{}", told(false));
}

#[test]
fn one_fault_is_told_once() {
    assert_eq!(faults("query($x: Int) {must(n: $x)}").len(), 1);
    assert_eq!(faults("{a(n: $x)}").len(), 1);
}

#[test]
fn a_value_that_is_none_of_its_custom_scalar_is_refused_with_its_place() {
    for (source, column, words) in [
        ("{even(value: 3)}", 14, "A value of the type `Even` is not accepted: Give an even number"),
        ("{even(value: \"x\")}", 14, "A value of the type `Even` is not accepted"),
        ("{even(list: 3)}", 13, "A value of the type `Even` is not accepted"),
        ("{even(list: [2, 3])}", 17, "list.1: A value of the type `Even`"),
        ("{even(pair: {evens: [2, 4.5]})}", 25, "pair.evens.1: A value of the type `Even`"),
        ("query($x: Even = 3) {even(value: $x)}", 18, "A value of the type `Even` is not accepted"),
    ] {
        let told = faults(source);
        assert_eq!(told.len(), 1, "{source}: {told:?}");
        assert!(told[0].message.starts_with(words), "{source}: {told:?}");
        assert_eq!((told[0].locations[0].line, told[0].locations[0].column), (1, column), "{source}");
    }
}
