//! What a GraphQL document may ask for, decided before anything is validated or executed.
//!
//! The library validates before it counts, and a document of 800 bytes whose fragments spread each other twice
//! keeps its validator busy for seconds. So the text is scanned first ([`scan`]: tokens and nesting), then the parsed
//! document is measured with every fragment visited once ([`measure`]), then priced ([`CostModel`]).

#![cfg_attr(test, expect(clippy::format_collect, reason = "short texts"))]

mod cost;
pub mod directives;
mod given;
#[cfg(test)]
mod random_documents;
mod scan;
mod shape;
#[cfg(test)]
mod tests;
mod text;
mod variables;

pub use cost::{Cost, CostModel};
pub use scan::scan;
pub use shape::measure;
pub use variables::weigh;

use async_graphql::Pos;

/// Upper bounds for one document. `Default` holds the documented values.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Lexical tokens in the text: 15,000.
    pub tokens: usize,
    /// Brackets of any kind open at once in the text: 100. Keeps the parser's stack small.
    pub nesting: usize,
    /// Fields inside fields: 15. Introspection has its own bound.
    pub depth: usize,
    /// Fields inside `__schema` and `__type`: 20; the introspection query of current tools needs 15.
    pub introspection_depth: usize,
    /// Aliases given to fields of one name, in the whole document: 50.
    pub aliases: usize,
    /// Directives at one place: 10.
    pub directives: usize,
    /// Fields at the root of an operation, fragments expanded: 50.
    pub root_fields: usize,
    /// Selections of a document's operations together, fragments expanded: 10,000.
    pub selections: u64,
    /// The price of an operation: 1,000. A scalar is free, an object costs 1, a list multiplies by `first`.
    pub complexity: u64,
    /// Values inside values of a variable: 20.
    pub variable_depth: usize,
    /// Values in all variables together, lists and objects included: 50,000.
    pub variable_values: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            tokens: 15_000,
            nesting: 100,
            depth: 15,
            introspection_depth: 20,
            aliases: 50,
            directives: 10,
            root_fields: 50,
            selections: 10_000,
            complexity: 1_000,
            variable_depth: 20,
            variable_values: 50_000,
        }
    }
}

/// Why a document is not worked on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A bound of [`Limits`] is passed.
    #[error("{what}: the limit is {limit}")]
    OverLimit { what: String, limit: u64 },
    /// The text is wrong in a way that must be known before it is parsed.
    #[error("Syntax error: {what}")]
    Syntax {
        what: String,
        /// Where in the text, in bytes.
        offset: usize,
    },
    /// The document breaks a rule that is checked as it is measured.
    #[error("{what}")]
    Invalid { what: String, at: Pos },
}

impl Refusal {
    fn over(what: impl Into<String>, limit: impl TryInto<u64>) -> Self {
        Self::OverLimit { what: what.into(), limit: limit.try_into().unwrap_or(u64::MAX) }
    }

    /// The value of `extensions.code`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OverLimit { .. } => "QUERY_TOO_COMPLEX",
            Self::Syntax { .. } => "GRAPHQL_PARSE_FAILED",
            Self::Invalid { .. } => "GRAPHQL_VALIDATION_FAILED",
        }
    }
}
