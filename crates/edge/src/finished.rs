//! What callers of the schema make of an operation that has ended.

use super::answer::{Answer, Outcome};
use super::problem::Problem;
use async_graphql::{Response, Value};
use fanfare_operation::{Shape, Written, write};
use fanfare_services::whole_answer::Known;
use std::sync::Arc;

/// An operation's end, as its caller takes it.
pub trait Finished: Sized {
    /// Of one that ran.
    fn finish(response: Response, shape: &Shape, request_id: &str) -> Self;

    /// Of one whose data are known; the rest is the response's.
    fn from_known(known: Arc<Known>, rest: Response) -> Result<Self, Problem>;

    /// The data as they are kept; `None`: there is an error, or nothing.
    fn to_keep(&self, shape: &Shape) -> Option<Arc<Known>>;

    /// For metrics: `ok`, or the first error's code.
    fn code(&self) -> String;
}

impl Finished for Answer {
    fn finish(response: Response, shape: &Shape, request_id: &str) -> Self {
        Self::executed(response, shape, request_id)
    }

    fn from_known(known: Arc<Known>, rest: Response) -> Result<Self, Problem> {
        Ok(Self::known(known, rest))
    }

    fn to_keep(&self, _shape: &Shape) -> Option<Arc<Known>> {
        self.faultless().map(Arc::clone)
    }

    fn code(&self) -> String {
        self.outcome()
    }
}

impl Finished for Outcome {
    fn finish(response: Response, shape: &Shape, request_id: &str) -> Self {
        Self::executed(response, shape, request_id)
    }

    fn from_known(known: Arc<Known>, rest: Response) -> Result<Self, Problem> {
        let data: Value = serde_json::from_slice(known.data()).map_err(|error| {
            tracing::error!(%error, "a kept answer is no JSON");
            Problem::internal()
        })?;
        Ok(Self { errors: rest.errors, data, headers: rest.http_headers })
    }

    fn to_keep(&self, shape: &Shape) -> Option<Arc<Known>> {
        if !self.errors.is_empty() {
            return None;
        }
        let Written { data, is_null, unexplained, .. } = write(shape, &self.data, &[]);
        let is_whole = !is_null && unexplained.is_empty();
        is_whole.then(|| Arc::new(Known::new(data.into())))
    }

    fn code(&self) -> String {
        self.outcome()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_of_known_data_are_read_back_as_they_were() {
        for number in [1.0 / 11.0, 2.0 / 13.0, 1.0 / 3.0, 0.1 + 0.2, 1.0] {
            let written = serde_json::to_vec(&json!({ "rate": number })).unwrap();
            let known = Arc::new(Known::new(written.clone().into()));
            let read = Outcome::from_known(known, Response::default()).unwrap();
            assert_eq!(serde_json::to_vec(&read.data).unwrap(), written, "{number}");
        }
    }
}
