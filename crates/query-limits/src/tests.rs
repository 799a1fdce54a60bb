use super::*;
use async_graphql::parser::parse_query;
use async_graphql::{Variables, value};
use fanfare_test_support::finite;
use std::fmt::Write;

const SDL: &str = "
directive @cost(weight: Int!) on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
directive @textCost(bytes: Int!) on FIELD_DEFINITION
directive @listSize(assumedSize: Int!) on FIELD_DEFINITION
type Query { posts(first: Int, last: Int, filter: PostFilter): PostConnection! nodes(ids: [ID!]!): [Node]! check: Boolean @cost(weight: 7) me: User weigh(input: Draft): User @textCost(bytes: 100) }
type PostConnection { edges: [PostEdge!]! pageInfo: PageInfo! totalCount: Int @cost(weight: 3) }
type PostEdge { node: Post! }
type PageInfo { hasNextPage: Boolean! }
input PostFilter { state: String text: String @cost(weight: 50) }
interface Node { id: ID! }
type Post implements Node { id: ID! targets: [Target!]! @listSize(assumedSize: 9) author: User }
type Target { id: ID! account: User }
type User { name: String posts(first: Int): PostConnection! latest(last: Int! = 50): [Post!]! }
schema { query: Query }
";

fn check(source: &str) -> Result<(), Refusal> {
    scan(source, &Limits::default())?;
    measure(&parse_query(source).unwrap(), &Limits::default())
}

fn price(source: &str, variables: &Variables) -> Result<u64, Refusal> {
    let document = parse_query(source).unwrap();
    let operation = document.operations.iter().next().unwrap().1;
    let model = CostModel::from_sdl(SDL).unwrap();
    model.price(&document, &operation.node, variables, &Limits::default()).map(|cost| cost.used)
}

#[test]
fn a_filter_that_reads_texts_adds_its_weight_however_it_is_given() {
    let nothing = Variables::default();
    let bare = price("{ posts(first: 1) { totalCount } }", &nothing).unwrap();
    let literal = "{ posts(first: 1, filter: { text: \"a\" }) { totalCount } }";
    assert_eq!(price(literal, &nothing), Ok(bare + 50));
    let whole = "query($f: PostFilter) { posts(first: 1, filter: $f) { totalCount } }";
    let text = "query($t: String) { posts(first: 1, filter: { state: \"x\", text: $t }) { totalCount } }";
    let preset = "query($t: String = \"a\") { posts(first: 1, filter: { text: $t }) { totalCount } }";
    let given = Variables::from_value;
    for (source, variables, added) in [
        (whole, given(value!({ "f": { "text": "a" } })), 50),
        (whole, given(value!({ "f": { "text": null, "state": "x" } })), 0),
        (whole, given(value!({})), 0),
        (text, given(value!({ "t": "a" })), 50),
        (text, given(value!({ "t": null })), 0),
        (text, given(value!({})), 0),
        (preset, given(value!({})), 50),
    ] {
        assert_eq!(price(source, &variables), Ok(bare + added), "{source} {variables:?}");
    }
}

/// Fragments that each spread the next one twice: 2^levels selections.
fn bomb(levels: usize) -> String {
    let mut source = "{...f0}".to_owned();
    for level in 0..levels {
        write!(source, "fragment f{level} on Query{{...f{0} ...f{0}}}", level + 1).unwrap();
    }
    write!(source, "fragment f{levels} on Query{{a}}").unwrap();
    source
}

fn nested(depth: usize) -> String {
    format!("{}{{a}}{}", "{a".repeat(depth - 1), "}".repeat(depth - 1))
}

#[test]
fn fragments_that_multiply_are_refused_at_once() {
    for levels in [16, 20, 26, 45] {
        let source = bomb(levels);
        let refused = finite("2^45 steps", move || check(&source));
        assert_eq!(refused.unwrap_err().code(), "QUERY_TOO_COMPLEX");
    }
    assert_eq!(check(&bomb(5)), Ok(()));
}

#[test]
fn operations_that_share_a_fragment_count_together() {
    // 6,142 selections.
    let fragments = bomb(11).replacen("{...f0}", "", 1);
    let operations =
        |count: usize| -> String { (0..count).map(|n| format!("query q{n}{{b{{...f0}}}}")).collect() };
    assert_eq!(check(&format!("{}{fragments}", operations(1))), Ok(()));
    let refusal = check(&format!("{}{fragments}", operations(2))).unwrap_err();
    assert_eq!(refusal.code(), "QUERY_TOO_COMPLEX");
}

#[test]
fn operations_that_share_a_fragment_count_its_values_together() {
    let values = "$x ".repeat(4_000);
    let fragment = format!("fragment f on Query{{a(b:[{values}])}}");
    let operations = |count: usize| -> String { (0..count).map(|n| format!("query q{n}{{...f}}")).collect() };
    assert_eq!(check(&format!("{}{fragment}", operations(3))), Ok(()));
    let refusal = check(&format!("{}{fragment}", operations(4))).unwrap_err();
    assert_eq!(refusal.code(), "QUERY_TOO_COMPLEX");
    let fragment = format!("fragment f on Query{{a{}}}", "@x".repeat(10));
    assert_eq!(check(&format!("{}{fragment}", operations(1_000))), Ok(()));
    assert!(check(&format!("{}{fragment}", operations(1_501))).is_err());
}

#[test]
fn a_long_text_counts_as_often_as_its_fragment_is_spread() {
    // A thousand copies of it.
    let source = |text: usize| {
        let field = format!("Query{{a(b:\"{}\")}}", "x".repeat(text));
        bomb(10).replacen("{...f0}", "{b{...f0}}", 1).replace("Query{a}", &field)
    };
    assert_eq!(check(&source(100)), Ok(()));
    assert_eq!(check(&source(10_000)).unwrap_err().code(), "QUERY_TOO_COMPLEX");
}

#[test]
fn fragments_that_form_a_cycle_are_refused() {
    let refusal = check("{...a} fragment a on Query{...b} fragment b on Query{c{...a}}").unwrap_err();
    assert_eq!(refusal.code(), "GRAPHQL_VALIDATION_FAILED");
    // It is found where it closes.
    let what = "The fragment `a` spreads itself".to_owned();
    assert_eq!(refusal, Refusal::Invalid { what, at: Pos { line: 1, column: 56 } });
}

#[test]
fn a_long_chain_of_fragments_is_refused_before_it_fills_the_stack() {
    let mut source = "{...f0}".to_owned();
    for level in 0..1_800 {
        write!(source, "fragment f{level} on Query{{...f{}}}", level + 1).unwrap();
    }
    source.push_str("fragment f1800 on Query{a}");
    assert_eq!(check(&source).unwrap_err().code(), "QUERY_TOO_COMPLEX");
}

#[test]
fn fifteen_levels_pass_and_sixteen_do_not() {
    assert_eq!(check(&nested(15)), Ok(()));
    assert!(check(&nested(16)).unwrap_err().to_string().contains("15"));
}

#[test]
fn depth_is_counted_through_fragments() {
    let source = format!("{{...f}} fragment f on Query {}", nested(16));
    assert_eq!(check(&source).unwrap_err().code(), "QUERY_TOO_COMPLEX");
}

#[test]
fn fifty_aliases_of_a_field_pass_and_fifty_one_do_not() {
    let aliases = |count: usize| {
        let fields: Vec<String> = (0..count).map(|n| format!("x{n}:a")).collect();
        format!("{{b{{{}}}}}", fields.join(" "))
    };
    assert_eq!(check(&aliases(50)), Ok(()));
    assert_eq!(check(&aliases(51)).unwrap_err().code(), "QUERY_TOO_COMPLEX");
}

#[test]
fn ten_directives_at_one_place_pass_and_eleven_do_not() {
    assert_eq!(check(&format!("{{a{}}}", "@x".repeat(10))), Ok(()));
    assert!(check(&format!("{{a{}}}", "@x".repeat(11))).is_err());
    assert!(check(&format!("query q {} {{a}}", "@x".repeat(11))).is_err());
}

#[test]
fn tokens_are_counted_as_the_language_has_them() {
    let limit = |tokens| Limits { tokens, ..Limits::default() };
    // { a ( b : string ) ... F } are ten tokens; comments, commas and the string's content are none.
    let source = "{a(b:\"x y z { \\\" \") ,,, # comment { a b c d\n ...F}";
    assert_eq!(scan(source, &limit(10)), Ok(()));
    assert_eq!(scan(source, &limit(9)).unwrap_err().code(), "QUERY_TOO_COMPLEX");
    assert_eq!(scan("{a...b}", &limit(4)).unwrap_err().code(), "QUERY_TOO_COMPLEX");
    assert!(scan(&"a ".repeat(15_001), &Limits::default()).is_err());
    assert_eq!(scan(&format!("\"\"\"{}\"\"\"", "a ".repeat(20_000)), &Limits::default()), Ok(()));
}

#[test]
fn values_that_stand_without_spaces_are_tokens_too() {
    for (values, count) in
        [("0000", 4), ("1-1-1", 3), ("-0.5e+1-0", 2), ("truetruenull", 3), ("1.5", 1), ("nullable", 1)]
    {
        let source = format!("{{a(b:[{values}])}}");
        let limit = |tokens| Limits { tokens, ..Limits::default() };
        assert_eq!(scan(&source, &limit(9 + count)), Ok(()), "{values}");
        assert!(scan(&source, &limit(8 + count)).is_err(), "{values}");
    }
}

#[test]
fn a_block_string_without_its_end_never_reaches_the_parser() {
    // Read as empty strings, its quotes are followed by lists that the scan has not seen.
    let source = format!("{{a(b:[\"\"\"\"{}", "[".repeat(500_000));
    assert_eq!(scan(&source, &Limits::default()).unwrap_err().code(), "GRAPHQL_PARSE_FAILED");
    // And each of these would be searched for its end up to the end of the document.
    let source = format!("{{a(b:[{}])}}", "\"\\\\\"\"\"".repeat(100_000));
    assert_eq!(scan(&source, &Limits::default()).unwrap_err().code(), "GRAPHQL_PARSE_FAILED");
    assert_eq!(
        scan("{a(b:\"\"\"\\\"\"\" \"\")}", &Limits::default()).unwrap_err().code(),
        "GRAPHQL_PARSE_FAILED"
    );
    assert_eq!(scan("{a(b:\"\"\"\\\"\"\" \"\"\")}", &Limits::default()), Ok(()));
}

#[test]
fn a_block_string_without_its_end_is_found_where_it_begins() {
    let source = "# é\n{a(b:\"x\" c:\"\"\"d)}";
    let Err(Refusal::Syntax { offset, .. }) = scan(source, &Limits::default()) else {
        panic!("it is refused")
    };
    assert_eq!(source.get(offset..), Some("\"\"\"d)}"));
}

#[test]
fn a_string_that_begins_with_a_line_break_never_reaches_the_parser() {
    for line_break in ["\n", "\r", "\r\n"] {
        let source = format!("{{a(b:\"{line_break}\") {}}}", "c ".repeat(20_000));
        assert_eq!(scan(&source, &Limits::default()).unwrap_err().code(), "GRAPHQL_PARSE_FAILED");
        assert_eq!(scan(&format!("{{a(b:\"\"\"{line_break}\"\"\")}}"), &Limits::default()), Ok(()));
    }
}

#[test]
fn a_large_variable_is_not_gone_through_for_each_of_ten_thousand_fields() {
    let source = format!("query($ids:[ID!]!){{{}}}", "nodes(ids:$ids){id} ".repeat(10_000));
    let document = parse_query(source).unwrap();
    let variables = Variables::from_value(value!({ "ids": vec![1; 1_000_000] }));
    let cost = finite("10^10 steps", move || {
        let operation = document.operations.iter().next().unwrap().1;
        let model = CostModel::from_sdl(SDL).unwrap();
        let limits = Limits { complexity: 10_000, ..Limits::default() };
        model.price(&document, &operation.node, &variables, &limits)
    });
    assert_eq!(cost.map(|cost| cost.used), Ok(10_000));
}

#[test]
fn deep_values_never_reach_the_parser() {
    let source = format!("{{a(b:{}{})}}", "[".repeat(5_000), "]".repeat(5_000));
    assert_eq!(scan(&source, &Limits::default()).unwrap_err().code(), "QUERY_TOO_COMPLEX");
}

#[test]
fn the_introspection_query_of_tools_passes_and_a_cycle_does_not() {
    let of_type = format!("{}{{name}}{}", "{name ofType".repeat(9), "}".repeat(9));
    assert_eq!(check(&format!("{{__schema{{types{{fields{{args{{type{of_type}}}}}}}}}}}")), Ok(()));
    let cycle = format!("{{__schema{{types{}{{name}}{}}}}}", "{fields{type".repeat(3), "}}".repeat(3));
    assert!(matches!(
        check(&cycle),
        Err(Refusal::Invalid { what, at: Pos { line: 1, column: 2 } }) if what.starts_with("`__schema` ")
    ));
}

#[test]
fn introspection_lists_are_counted_through_fragments_that_were_measured_before() {
    let source = |levels: usize| {
        let mut source = "{...r a} fragment r on Query{__type(name:\"A\"){".to_owned();
        // The innermost comes first.
        for level in 0..levels {
            write!(source, "...f{level} ").unwrap();
        }
        source.push_str("}} fragment f0 on __Type{fields{name}}");
        for level in 1..levels {
            write!(source, " fragment f{level} on __Type{{fields{{type{{...f{}}}}}}}", level - 1).unwrap();
        }
        source
    };
    assert_eq!(check(&source(2)), Ok(()));
    for levels in 3..6 {
        let refusal = check(&source(levels)).unwrap_err();
        assert_eq!(refusal.code(), "GRAPHQL_VALIDATION_FAILED", "{levels}");
    }
    // Fields of that name elsewhere are none.
    assert_eq!(check("{fields{fields{fields{fields{name}}}}}"), Ok(()));
}

#[test]
fn a_list_multiplies_its_children_by_first() {
    let none = Variables::default();
    // 1 for the connection, and for each of 10 posts 1; edges and scalars are free.
    assert_eq!(price("{posts(first:10){edges{node{id}} pageInfo{hasNextPage}}}", &none), Ok(11));
    // What is said of the page as a whole costs once, in a fragment too.
    assert_eq!(price("{posts(first:10){totalCount}}", &none), Ok(4));
    assert_eq!(
        price("{posts(first:10){...c edges{node{id}}}} fragment c on PostConnection{totalCount}", &none),
        Ok(14)
    );
    assert_eq!(price("{posts{edges{node{id}}}}", &none), Ok(21));
    // Each post: itself, its targets field and 9 accounts.
    assert_eq!(
        price("{posts(first:10){edges{node{targets{account{name}}}}}}", &none),
        Ok(1 + 10 * (1 + 1 + 9))
    );
    assert_eq!(price("{check me{name}}", &none), Ok(7 + 1));
    assert_eq!(price("{nodes(ids:[\"1\",\"2\",\"3\"]){... on Post{author{name}}}}", &none), Ok(4));
}

#[test]
fn a_plain_list_costs_each_of_its_objects_as_many_as_are_asked_for_or_are_the_default() {
    let none = Variables::default();
    assert_eq!(price("{me{latest{id}}}", &none), Ok(1 + 50));
    assert_eq!(price("{me{latest(last:200){id author{name}}}}", &none), Ok(1 + 200 * 2));
}

#[test]
fn a_page_size_in_a_variable_counts_like_a_literal() {
    let source = "query($n:Int=50){posts(first:$n){edges{node{id}}}}";
    assert_eq!(price(source, &Variables::default()), Ok(51));
    assert_eq!(price(source, &Variables::from_value(value!({"n": 3}))), Ok(4));
}

#[test]
fn an_operation_over_a_thousand_is_refused() {
    let source = "{posts(first:100){edges{node{author{posts(first:100){edges{node{id}}}}}}}}";
    assert_eq!(price(source, &Variables::default()).unwrap_err().code(), "QUERY_TOO_COMPLEX");
}

#[test]
fn long_texts_cost_by_their_size_however_they_are_given() {
    let text = "x".repeat(1_000);
    let literal = format!("{{weigh(input:{{content:\"{text}\",accountIds:[1,2]}}){{name}}}}");
    assert_eq!(price(&literal, &Variables::default()), Ok(1 + 20));
    let whole = "query($i:Draft){weigh(input:$i){name}}";
    let variables = Variables::from_value(value!({ "i": { "content": (&text), "accountIds": [1, 2] } }));
    assert_eq!(price(whole, &variables), Ok(1 + 20));
    let part = "query($c:String,$a:[ID!]){weigh(input:{content:$c,accountIds:$a}){name}}";
    let variables = Variables::from_value(value!({ "c": (&text), "a": [1, 2] }));
    assert_eq!(price(part, &variables), Ok(1 + 20));
    assert_eq!(price("{weigh(input:{content:\"short\"}){name}}", &Variables::default()), Ok(1));
}
