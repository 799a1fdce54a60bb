//! Documents at random: what the scan counts is what the parser reads, and no document keeps the limits busy.

use super::*;
use async_graphql::parser::parse_query;
use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};
use async_graphql::{Value, Variables};
use fanfare_test_support::finite;
use proptest::prelude::*;

/// The pieces of values, those among them on which lexers differ.
const MORSELS: &[&str] = &[
    "\"",
    "\"\"",
    "\"\"\"",
    "\\",
    "\\\"",
    "\\\"\"\"",
    "\"\\\\\"",
    "[",
    "]",
    "[[",
    "]]",
    "{k:",
    "}",
    "0",
    "00",
    "-1",
    "1.5",
    "1e",
    "1e+2",
    ".",
    "true",
    "truefalse",
    "null",
    "x",
    "_1",
    "$v",
    " ",
    ",",
    "\n",
    "#",
    "# \" [\n",
    "\u{feff}",
    "é",
    "🦀",
];

/// A document whose argument is made of morsels, closed or not.
fn with_values() -> impl Strategy<Value = String> {
    let morsels = proptest::collection::vec(proptest::sample::select(MORSELS), 0..24);
    (morsels, any::<bool>()).prop_map(|(morsels, closed)| {
        format!("{{a(b:[{}{}", morsels.concat(), if closed { "])}" } else { "" })
    })
}

/// Fragments that spread each other at will, with fields, aliases and directives between them.
fn with_fragments() -> impl Strategy<Value = String> {
    let selection = prop_oneof![
        3 => (0..8_usize).prop_map(|n| format!("...f{n} ")),
        2 => Just("a ".to_owned()),
        1 => Just("x:a ".to_owned()),
        1 => Just("a@d ".to_owned()),
        1 => Just("__schema{types{fields{type{fields{name}}}}} ".to_owned()),
        1 => (0..8_usize).prop_map(|n| format!("b{{c{{...f{n}}}}} ")),
        1 => (0..8_usize).prop_map(|n| format!("...on T{{...f{n} a}} ")),
    ];
    let set = proptest::collection::vec(selection, 1..12).prop_map(|selections| selections.concat());
    proptest::collection::vec(set, 1..9).prop_map(|sets| {
        let fragments = sets.iter().enumerate().map(|(n, set)| format!("fragment f{n} on T{{{set}}}"));
        format!("{{...f0}}{}", fragments.collect::<String>())
    })
}

/// The values in an argument, and how deep they nest.
fn extent(value: &Value) -> (usize, usize) {
    let inner: Vec<_> = match value {
        Value::List(items) => items.iter().map(extent).collect(),
        Value::Object(fields) => fields.values().map(extent).collect(),
        _ => return (1, 0),
    };
    let (count, depth) = inner.into_iter().fold((1, 0), |sum, one| (sum.0 + one.0, sum.1.max(one.1)));
    (count, depth + 1)
}

fn values(document: &ExecutableDocument) -> (usize, usize) {
    let mut most = (0, 0);
    for (_, operation) in document.operations.iter() {
        for selection in &operation.node.selection_set.node.items {
            let Selection::Field(field) = &selection.node else { continue };
            for (_, value) in &field.node.arguments {
                let value = value.node.clone().into_const_with(|_| Ok::<_, ()>(Value::Null)).unwrap();
                let (count, depth) = extent(&value);
                most = (most.0.max(count), most.1.max(depth));
            }
        }
    }
    most
}

/// Selections with every fragment expanded; `None` beyond the limit.
fn expanded(document: &ExecutableDocument, set: &SelectionSet, left: &mut u64) -> Option<()> {
    for selection in &set.items {
        *left = left.checked_sub(1)?;
        match &selection.node {
            Selection::Field(field) => expanded(document, &field.node.selection_set.node, left)?,
            Selection::InlineFragment(inline) => {
                expanded(document, &inline.node.selection_set.node, left)?;
            }
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                    expanded(document, &fragment.node.selection_set.node, left)?;
                }
            }
        }
    }
    Some(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, ..ProptestConfig::default() })]

    #[test]
    fn the_parser_reads_no_more_values_and_no_deeper_ones_than_were_counted(source in with_values()) {
        let limits = Limits { nesting: 6, tokens: 30, ..Limits::default() };
        if scan(&source, &limits).is_ok()
            && let Ok(document) = parse_query(&source)
        {
            let (count, depth) = values(&document);
            // A list's brackets are two tokens; a word after a keyword may be a second value of one token.
            prop_assert!(count <= 2 * limits.tokens, "{count} values in {source}");
            prop_assert!(depth <= limits.nesting, "{depth} levels in {source}");
        }
    }

    #[test]
    fn what_the_parser_takes_and_is_small_is_not_refused(source in with_values()) {
        if parse_query(&source).is_ok() {
            // `""""` is no GraphQL; the parser takes it for two empty strings.
            let scanned = scan(&source, &Limits::default());
            prop_assert!(matches!(scanned, Ok(()) | Err(Refusal::Syntax { .. })), "{scanned:?} for {source}");
        }
    }

    #[test]
    fn any_text_is_scanned(source in any::<String>()) {
        let _ = scan(&source, &Limits::default());
        let _ = scan(&source, &Limits { tokens: 1, nesting: 0, ..Limits::default() });
    }

    #[test]
    fn fragments_are_measured_to_an_end_and_never_below_what_they_expand_to(source in with_fragments()) {
        let document = parse_query(&source).unwrap();
        let limits = Limits::default();
        let (measuring, bounds) = (document.clone(), limits.clone());
        let measured = finite(&source, move || measure(&measuring, &bounds));
        if measured.is_ok() {
            let operation = &document.operations.iter().next().unwrap().1.node;
            let mut left = limits.selections;
            prop_assert_eq!(expanded(&document, &operation.selection_set.node, &mut left), Some(()), "{}", source);
            let model = CostModel::from_sdl("type Query{b:T} type T{b:T c:T} schema{query:Query}").unwrap();
            let _ = model.price(&document, operation, &Variables::default(), &limits);
        }
    }
}
