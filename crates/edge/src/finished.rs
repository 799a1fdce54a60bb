//! What callers of the schema make of an operation that has ended.

use super::answer::Answer;
use async_graphql::Response;
use fanfare_operation::Shape;
use fanfare_services::whole_answer::Known;
use std::sync::Arc;

/// How a caller takes an operation's end: GraphQL, or a route of REST.
pub trait Finish: Send + Sync {
    type Answer: Send;

    /// What its bytes are kept under, besides the operation: callers with other bytes have other names.
    fn names(&self) -> [&str; 2];

    /// Of an operation that ran.
    fn finish(&self, response: Response, shape: &Shape, request_id: &str) -> Self::Answer;

    /// Of one whose bytes are known; the rest is the response's.
    fn answer_known(&self, known: Arc<Known>, rest: Response) -> Self::Answer;

    /// The bytes as they are kept; `None`: there is an error, or nothing.
    fn to_keep(&self, answer: &Self::Answer) -> Option<Arc<Known>>;

    /// For metrics: `ok`, or the first error's code.
    fn code(&self, answer: &Self::Answer) -> String;
}

/// The answer as GraphQL writes it.
#[derive(Clone, Copy, Debug)]
pub struct AsGraphql;

impl Finish for AsGraphql {
    type Answer = Answer;

    fn names(&self) -> [&str; 2] {
        ["graphql", "json"]
    }

    fn finish(&self, response: Response, shape: &Shape, request_id: &str) -> Answer {
        Answer::executed(response, shape, request_id)
    }

    fn answer_known(&self, known: Arc<Known>, rest: Response) -> Answer {
        Answer::known(known, rest)
    }

    fn to_keep(&self, answer: &Answer) -> Option<Arc<Known>> {
        answer.faultless().map(Arc::clone)
    }

    fn code(&self, answer: &Answer) -> String {
        answer.outcome()
    }
}
