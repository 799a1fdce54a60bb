//! What a request of a route makes of its operation: the bytes of its answer.

use super::RestError;
use super::answer::{Rendered, render};
use super::compiled::{CompiledRoute, Operation};
use super::items::Items;
use super::paging::Page;
use crate::answer::{outcome, settle};
use crate::finished::Finish;
use crate::problem::Problem;
use async_graphql::{Response, ServerError, Value};
use axum::http::HeaderMap;
use fanfare_operation::Shape;
use fanfare_services::whole_answer::Known;
use std::sync::Arc;

/// Room for most answers of one object, in bytes.
const FIRST_BYTES: usize = 1 << 10;

/// How one request of a route is answered.
#[derive(Debug)]
pub struct View<'a> {
    pub route: &'a CompiledRoute,
    pub operation: &'a Operation,
    pub page: Option<Page>,
    pub items: Option<Items>,
    /// Whether the answer is its one text, and not JSON.
    pub is_text: bool,
}

/// The answer of a route.
#[derive(Debug)]
pub struct Shown {
    /// Its body, without the time at which a list was read.
    pub body: Result<Arc<Known>, RestError>,
    /// What resolvers want besides the answer.
    pub headers: HeaderMap,
    /// `ok`, or the first error's code.
    code: String,
}

impl View<'_> {
    fn body(&self, data: &Value, errors: &[ServerError]) -> Result<Vec<u8>, RestError> {
        let rendered = render(self.route, self.operation, data, errors)?;
        if self.is_text {
            return Ok(rendered.only_text().as_bytes().to_vec());
        }
        let mut besides = match self.page {
            Some(page) => page.told(self.route.route.paging, rendered.number("total").unwrap_or(0)),
            None => Vec::new(),
        };
        besides.extend(self.route.route.message.map(|words| ("message", words.into())));
        self.write(rendered.with(&besides)).map_err(|error| {
            tracing::error!(%error, "an answer is no JSON");
            Problem::internal().into()
        })
    }

    fn write(&self, rendered: Rendered<'_>) -> serde_json::Result<Vec<u8>> {
        let Some(items) = &self.items else {
            let mut written = Vec::with_capacity(FIRST_BYTES);
            serde_json::to_writer(&mut written, &rendered)?;
            return Ok(written);
        };
        let mut tree = serde_json::to_value(rendered)?;
        if let serde_json::Value::Object(answer) = &mut tree {
            items.tell(answer);
        }
        serde_json::to_vec(&tree)
    }
}

impl Finish for View<'_> {
    type Answer = Shown;

    fn names(&self) -> [&str; 2] {
        [self.route.route.id, if self.is_text { "text" } else { "json" }]
    }

    fn finish(&self, mut response: Response, shape: &Shape, request_id: &str) -> Shown {
        settle(&mut response, shape, request_id);
        let Response { data, errors, http_headers: headers, .. } = response;
        let code = outcome(&errors);
        let body = self.body(&data, &errors).map(|body| Arc::new(Known::new(body.into())));
        Shown { body, headers, code }
    }

    fn answer_known(&self, known: Arc<Known>, rest: Response) -> Shown {
        Shown { body: Ok(known), headers: rest.http_headers, code: outcome(&rest.errors) }
    }

    fn to_keep(&self, answer: &Shown) -> Option<Arc<Known>> {
        answer.body.as_ref().ok().map(Arc::clone)
    }

    fn code(&self, answer: &Shown) -> String {
        answer.code.clone()
    }
}
