//! A small schema for tests.

use crate::convert::convert;
use crate::parse::{Bounds, parse};
use crate::places::Places;
use crate::preparer::{Prepared, Preparer};
use crate::refused::Refused;
use crate::types::{ScalarCheck, ScalarChecks, Types};
use async_graphql::Value as GraphqlValue;
use async_graphql::parser::types::ExecutableDocument;
use fanfare_query_limits::Limits;
use serde_json::Value;

pub const SDL: &str = "
    directive @oneOf on INPUT_OBJECT
    scalar Any
    scalar Even
    input Pair { evens: [Even] }
    enum Color { RED GREEN }
    input Box { size: Int! note: String color: Color inner: Box depth: Int! = 1 choice: Choice any: Any tags: [String!] }
    input Choice @oneOf { left: Int right: Int }
    interface Node { id: ID! owner: User }
    interface Named implements Node { id: ID! owner: User name: String! }
    type User implements Node & Named { id: ID! owner: User name: String! friends: [User!]! nick: String age: Int! }
    type Post implements Node { id: ID! owner: User text: String! author: User! likes: [Int!] grid: [[Int!]] }
    union Item = User | Post
    interface Titled { title: String }
    type Book implements Titled { title: String! }
    type Film implements Titled { title: String }
    type Query {
        a(flag: Boolean, b: Any, box: Box, boxes: [Box!], color: Color, n: Int, need: Int! = 1): Int
        user: User
        sure: User!
        users: [User!]
        maybes: [User]!
        node(id: ID): Node
        items: [Item!]!
        titled: Titled
        post: Post
        must(n: Int!): Int
        upload(file: Any): Int
        even(value: Even, list: [Even!], pair: Pair): Int
    }
    type Mutation { make(box: Box): Post other: Int }
    type Subscription { made: Post other: Int }
    schema { query: Query mutation: Mutation subscription: Subscription }
";

pub fn types() -> Types {
    Types::from_sdl(SDL).unwrap().with_scalars(scalars())
}

/// The scalar `Even` takes even numbers.
fn scalars() -> ScalarChecks {
    fn even(value: &GraphqlValue) -> Option<String> {
        let is_even =
            matches!(value, GraphqlValue::Number(number) if number.as_i64().is_some_and(|it| it % 2 == 0));
        (!is_even).then(|| "Give an even number".to_owned())
    }
    ScalarChecks::from([("Even".to_owned(), even as ScalarCheck)])
}

pub fn parsed(source: &str) -> ExecutableDocument {
    let places = Places::new(source);
    convert(&parse(source, &places, Bounds::OWN).unwrap(), &places).unwrap()
}

pub fn preparer() -> Preparer {
    Preparer::new(SDL, Limits::default(), true).unwrap().with_scalars(scalars())
}

/// One operation, ready to run.
pub fn prepared(source: &str, variables: &Value) -> Result<Prepared, Refused> {
    let preparer = preparer();
    let document = preparer.document(source)?;
    let variables = variables.as_object().cloned().unwrap_or_default();
    preparer.select(&document, None, variables)
}
