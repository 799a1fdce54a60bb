//! A client of the REST routes, which it names by their ids in the table.

use super::graphql::Graphql;
use fanfare_edge::rest::{ROUTES, Route};
use reqwest::multipart::Form;
use reqwest::{Method, RequestBuilder, StatusCode, header};
use serde_json::{Map, Value, json};

/// Speaks as the client that it was made of.
#[derive(Clone)]
pub struct Rest(Graphql);

/// A request.
pub struct Call {
    /// The route that it goes to; `None`: it need not be one of the table.
    pub route: Option<&'static Route>,
    request: RequestBuilder,
}

/// An answer.
#[derive(Debug)]
pub struct RestAnswer {
    pub status: StatusCode,
    pub headers: header::HeaderMap,
    /// `null` where there is no body.
    pub body: Value,
}

fn route(id: &str) -> &'static Route {
    let found = ROUTES.iter().copied().flatten().find(|route| route.id == id);
    found.unwrap_or_else(|| panic!("the table has no route {id}"))
}

impl Rest {
    pub fn of(graphql: &Graphql) -> Self {
        Self(graphql.clone())
    }

    /// A call of a route; `argument` goes where its path has braces.
    pub fn call_on(&self, id: &str, argument: impl std::fmt::Display) -> Call {
        let route = route(id);
        let path = match (route.path.find('{'), route.path.find('}')) {
            (Some(from), Some(to)) => format!("{}{argument}{}", &route.path[..from], &route.path[to + 1..]),
            _ => route.path.to_owned(),
        };
        Call { route: Some(route), ..self.raw(route.verb.as_str().parse().unwrap(), &path) }
    }

    pub fn call(&self, id: &str) -> Call {
        self.call_on(id, "")
    }

    /// A request that need not be to a route of the table; `path` is below `/api/sns`.
    pub fn raw(&self, method: Method, path: &str) -> Call {
        Call { route: None, request: self.0.request(method, &format!("/api/sns{path}")) }
    }
}

impl Call {
    #[must_use]
    pub fn query(self, query: &[(&str, &str)]) -> Self {
        Self { request: self.request.query(query), ..self }
    }

    #[must_use]
    pub fn json(self, body: Value) -> Self {
        Self { request: self.request.json(&body), ..self }
    }

    #[must_use]
    pub fn form(self, form: Form) -> Self {
        Self { request: self.request.multipart(form), ..self }
    }

    #[must_use]
    pub fn body(self, content_type: &str, body: Vec<u8>) -> Self {
        Self { request: self.request.header(header::CONTENT_TYPE, content_type).body(body), ..self }
    }

    #[must_use]
    pub fn header(self, name: &str, value: &str) -> Self {
        Self { request: self.request.header(name, value), ..self }
    }

    /// The answer with its body as it is, which need not be JSON.
    pub async fn text(self) -> (StatusCode, header::HeaderMap, String) {
        let response = self.request.send().await.expect("the server answers");
        let (status, headers) = (response.status(), response.headers().clone());
        (status, headers, response.text().await.expect("the answer is complete"))
    }

    pub async fn send(self) -> RestAnswer {
        let (status, headers, text) = self.text().await;
        let body = match text.as_str() {
            "" => Value::Null,
            text => serde_json::from_str(text).unwrap_or_else(|error| panic!("{status}: {error}: {text}")),
        };
        RestAnswer { status, headers, body }
    }

    /// The body of an answer that is a success.
    pub async fn body_of(self, status: u16) -> Value {
        let answer = self.send().await;
        assert_eq!(answer.status.as_u16(), status, "{:#}", answer.body);
        answer.body
    }

    /// The code and the fields of a refusal.
    pub async fn refused(self, status: u16) -> (String, Value) {
        let body = self.body_of(status).await;
        assert!(body["error"].as_str().is_some_and(|words| !words.is_empty()), "{body:#}");
        (body["code"].as_str().expect("an error has a code").to_owned(), body["fields"].clone())
    }
}

impl RestAnswer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// What a JSON value is made of: types in place of values, one item in place of a list.
pub fn shape(value: &Value) -> Value {
    match value {
        Value::Null => json!("null"),
        Value::Bool(_) => json!("boolean"),
        Value::Number(number) if number.is_f64() => json!("number"),
        Value::Number(_) => json!("integer"),
        Value::String(text) => json!(kind_of(text)),
        Value::Array(list) => Value::Array(list.iter().take(1).map(shape).collect()),
        Value::Object(fields) => Value::Object(
            fields.iter().map(|(name, field)| (name.clone(), shape(field))).collect::<Map<_, _>>(),
        ),
    }
}

fn kind_of(text: &str) -> &'static str {
    let is_time =
        text.len() > 19 && text.ends_with('Z') && chrono::DateTime::parse_from_rfc3339(text).is_ok();
    if is_time { "time in UTC" } else { "text" }
}
