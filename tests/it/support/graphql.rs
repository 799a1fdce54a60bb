//! A GraphQL client that takes nothing for granted: tests see the status, the headers and the whole answer, and every
//! answer to a document is held against the specification.

use super::answer_check::Asked;
use super::sse::SseReader;
use super::websocket::GraphqlSocket;
use fanfare_net::HttpClient;
use parking_lot::Mutex;
use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder, StatusCode, header};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use url::Url;

/// Speaks to one server, for one person or nobody. Cheap to clone.
#[derive(Clone)]
pub struct Graphql {
    http: HttpClient,
    base: Url,
    token: Option<String>,
    /// Names and values that go with every request.
    headers: Vec<(String, String)>,
    /// Every answer to a document, where they are kept.
    heard: Option<Arc<Mutex<Vec<Value>>>>,
}

/// An answer to a document.
#[derive(Debug)]
pub struct GraphqlAnswer {
    pub status: StatusCode,
    pub headers: header::HeaderMap,
    pub body: Value,
}

/// A file of an upload.
pub struct UploadFile<'a> {
    /// Where in the variables it goes, such as `variables.input.file`.
    pub variable: &'a str,
    pub name: &'a str,
    pub content_type: &'a str,
    pub content: Vec<u8>,
}

impl GraphqlAnswer {
    /// # Panics
    /// If the answer has errors, or no data.
    #[track_caller]
    pub fn data(&self) -> &Value {
        assert!(self.body.get("errors").is_none(), "{}: {:#}", self.status, self.body);
        assert!(self.body["data"].is_object(), "{}: {:#}", self.status, self.body);
        &self.body["data"]
    }

    /// The `extensions.code` of each top-level error.
    ///
    /// # Panics
    /// If the answer has no errors.
    #[track_caller]
    pub fn error_codes(&self) -> Vec<&str> {
        let errors = self.body["errors"].as_array();
        let errors = errors.unwrap_or_else(|| panic!("no errors: {}: {:#}", self.status, self.body));
        errors.iter().map(|error| error["extensions"]["code"].as_str().unwrap_or("")).collect()
    }

    /// The SQL statements that it took, on a server that was started with [`super::server::Settings::counting_statements`].
    #[track_caller]
    pub fn statements(&self) -> u32 {
        let count = self.headers.get("x-fanfare-sql-statements").expect("the server counts statements");
        count.to_str().unwrap().parse().unwrap()
    }
}

impl Graphql {
    /// Without a token.
    pub fn new(base: &Url) -> Self {
        Self {
            http: HttpClient::new().unwrap(),
            base: base.clone(),
            token: None,
            headers: Vec::new(),
            heard: None,
        }
    }

    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same person at another node.
    #[must_use]
    pub fn at(&self, base: &Url) -> Self {
        Self { base: base.clone(), ..self.clone() }
    }

    /// The same person, whose reads go to the database: they ask for a position of the log that no node has heard of.
    #[must_use]
    pub fn uncached(&self) -> Self {
        self.with_header("X-Fanfare-Min-Seq", &i64::MAX.to_string())
    }

    /// The same person, who sends this with every request.
    #[must_use]
    pub fn with_header(&self, name: &str, value: &str) -> Self {
        let mut changed = self.clone();
        changed.headers.push((name.to_owned(), value.to_owned()));
        changed
    }

    /// The same person, who remembers every answer to a document from now on.
    #[must_use]
    pub fn remembering(&self) -> Self {
        Self { heard: Some(Arc::default()), ..self.clone() }
    }

    /// The answers that were remembered.
    pub fn heard(&self) -> Vec<Value> {
        self.heard.as_ref().map(|heard| heard.lock().clone()).unwrap_or_default()
    }

    /// A request to a path of the server, such as `/health`, with the token.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut request = self.http.request(method, self.base.join(path).unwrap());
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub async fn post(&self, query: &str, variables: Value) -> GraphqlAnswer {
        let body = json!({ "query": query, "variables": variables });
        let asked = Asked::new(query, &variables);
        self.send(self.request(Method::POST, "/graphql").json(&body), &asked).await
    }

    /// The data of an answer without errors.
    pub async fn data(&self, query: &str, variables: Value) -> Value {
        self.post(query, variables).await.data().clone()
    }

    /// The payload of the document's one mutation, which had nothing against the input. The document has to select
    /// `userErrors`.
    pub async fn payload(&self, query: &str, variables: Value) -> Value {
        let payload = only_field(self.data(query, variables).await);
        assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
        payload
    }

    /// What the document's one mutation had against the input: each error's code and path.
    pub async fn user_errors(&self, query: &str, variables: Value) -> Vec<(String, Value)> {
        let payload = only_field(self.data(query, variables).await);
        let errors = payload["userErrors"].as_array().expect("userErrors is selected");
        assert!(!errors.is_empty(), "nothing was refused: {payload:#}");
        errors.iter().map(|e| (e["code"].as_str().unwrap().to_owned(), e["path"].clone())).collect()
    }

    /// By the multipart request specification. The files' places in `variables` have to be `null`.
    pub async fn upload(&self, query: &str, variables: Value, files: Vec<UploadFile<'_>>) -> GraphqlAnswer {
        let mut form =
            Form::new().text("operations", json!({ "query": query, "variables": variables }).to_string());
        let numbered = files.iter().enumerate();
        let map: Map<String, Value> =
            numbered.map(|(at, file)| (at.to_string(), json!([file.variable]))).collect();
        form = form.text("map", Value::Object(map).to_string());
        for (at, file) in files.into_iter().enumerate() {
            let part = Part::bytes(file.content).file_name(file.name.to_owned());
            form = form.part(at.to_string(), part.mime_str(file.content_type).unwrap());
        }
        // A browser cannot send this header without asking first: the server takes no upload without it.
        let request = self.request(Method::POST, "/graphql").header("GraphQL-Preflight", "1");
        self.send(request.multipart(form), &Asked::new(query, &variables)).await
    }

    /// A subscription over server-sent events.
    pub async fn stream(&self, query: &str, variables: Value) -> SseReader {
        let body = json!({ "query": query, "variables": variables });
        let request = self.request(Method::POST, "/graphql/stream").json(&body);
        let response = request.header(header::ACCEPT, "text/event-stream").send().await;
        SseReader::new(response.expect("the server answers")).answering(Asked::new(query, &variables))
    }

    /// A WebSocket that the server has acknowledged.
    pub async fn socket(&self) -> GraphqlSocket {
        let mut socket = GraphqlSocket::open_with(&self.base, &self.headers).await;
        socket.init(self.token.as_deref()).await;
        socket
    }

    async fn send(&self, request: RequestBuilder, asked: &Asked) -> GraphqlAnswer {
        let response = request
            .header(header::ACCEPT, "application/graphql-response+json")
            .send()
            .await
            .expect("the server answers");
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.expect("the answer is complete");
        let body: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{status}: {e}: {text}"));
        asked.assert_answered_by(&text);
        if let Some(heard) = &self.heard {
            heard.lock().push(body.clone());
        }
        GraphqlAnswer { status, headers, body }
    }
}

fn only_field(data: Value) -> Value {
    let Value::Object(fields) = data else { panic!("not an object: {data:#}") };
    assert_eq!(fields.len(), 1, "one mutation in the document");
    fields.into_iter().next().expect("just counted").1
}
