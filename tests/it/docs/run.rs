//! Does what a page shows, as its reader would, and holds every answer against what the page shows of it.

use super::names::Names;
use super::page::{Answer, Request, Step, steps};
use super::response::find_response;
use super::shell;
use crate::support::graphql::Graphql;
use crate::support::server::Server;
use crate::support::sse::SseReader;
use crate::support::websocket::GraphqlSocket;
use serde_json::{Value, json};
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::timeout;

/// Until an event that a page shows has come: longer than any publication takes.
const LIMIT: Duration = Duration::from_mins(1);

/// Where the pages say that the server is.
const ADDRESS: &str = "127.0.0.1:8000";

/// Somebody who follows the pages on a server of their own.
pub struct Reader<'a> {
    server: &'a Server,
    /// Where scripts run.
    folder: TempDir,
    names: Names,
}

impl<'a> Reader<'a> {
    pub fn new(server: &'a Server) -> Self {
        Self { server, folder: TempDir::with_prefix("fanfare-docs-").unwrap(), names: Names::default() }
    }

    /// Follows a page; answers the values that it gave to names, with those that were known before.
    ///
    /// # Panics
    /// If a request is answered otherwise than the page shows.
    pub async fn read(&mut self, name: &str, page: &str) -> Names {
        let address = format!("127.0.0.1:{}", self.server.url().port().expect("the server has a port"));
        // Subscriptions that stay open while the reader does what follows.
        let mut open: Vec<(String, SseReader)> = Vec::new();
        for step in steps(name, &page.replace(ADDRESS, &address)) {
            if let Some(stream) = self.follow(&step).await {
                open.push((step.place, stream));
            }
        }
        for (place, stream) in open {
            self.event(&place, stream, &json!({})).await;
        }
        self.names.clone()
    }

    /// Forgets all values but these.
    pub fn knowing(&mut self, names: Names) {
        self.names = names;
    }

    /// Sends a request; answers a subscription of which the page shows no event, which is to stay open.
    async fn follow(&mut self, step: &Step) -> Option<SseReader> {
        match &step.request {
            Request::Shell(script) => self.script(step, script).await,
            Request::Frames(frames) => self.frames(&step.place, frames).await,
            Request::File { name, content } => {
                std::fs::write(self.folder.path().join(name), content).unwrap();
            }
            Request::Operation { document, variables } => {
                let document = self.names.fill(document);
                let variables = serde_json::from_str(&self.names.fill(variables));
                let variables = variables.unwrap_or_else(|error| panic!("{}: {error}", step.place));
                if document.trim_start().starts_with("subscription") {
                    return self.subscription(step, &document, variables).await;
                }
                self.operation(step, &document, variables).await;
            }
        }
        None
    }

    fn client(&self) -> Graphql {
        let client = self.server.graphql();
        self.names.value("accessToken").map_or_else(|| client.clone(), |token| client.with_token(token))
    }

    async fn operation(&mut self, step: &Step, document: &str, variables: Value) {
        let body = self.client().post(document, variables).await.body;
        let place = &step.place;
        let shown = match &step.answer {
            Some(Answer::Json(shown)) => shown.clone(),
            None => json!({}),
            Some(_) => panic!("{place}: an operation is answered with JSON"),
        };
        let found = self.names.find(&shown, &body);
        found.unwrap_or_else(|fault| panic!("{place}: {fault}\n{body:#}"));
        for hidden in faults(&body) {
            let is_shown = shown.pointer(&hidden).is_some();
            assert!(is_shown, "{place}: the page does not show {hidden}\n{body:#}");
        }
    }

    async fn subscription(&mut self, step: &Step, document: &str, variables: Value) -> Option<SseReader> {
        let stream = self.client().stream(document, variables).await;
        match &step.answer {
            Some(Answer::Json(shown)) => self.event(&step.place, stream, shown).await,
            None => return Some(stream),
            Some(_) => panic!("{}: an event is shown as JSON", step.place),
        }
        None
    }

    /// Waits for an event that the page shows; others may come before it.
    async fn event(&mut self, place: &str, mut stream: SseReader, shown: &Value) {
        let mut others = Vec::new();
        let waiting = timeout(LIMIT, async {
            while let Some(event) = stream.next(LIMIT * 2).await {
                if event.name != "next" {
                    continue;
                }
                let event = event.json();
                assert!(event.get("errors").is_none(), "{place}: {event:#}");
                if self.names.find(shown, &event).is_ok() {
                    return true;
                }
                others.push(event);
            }
            false
        });
        let has_come = waiting.await.unwrap_or(false);
        assert!(has_come, "{place}: no such event came: {shown:#}\nthese came: {others:#?}");
    }

    async fn script(&mut self, step: &Step, script: &str) {
        if let Some(unknown) = shell::unknown_targets(script) {
            assert!(unknown.is_empty(), "{}: the Makefile has no {unknown:?}", step.place);
            return;
        }
        let script = self.names.fill(script);
        let place = &step.place;
        let output = match &step.answer {
            Some(Answer::Lines(shown)) if shell::streams(&script) => {
                let names = &mut self.names;
                let has_come = |output: &str| names.find_lines(shown, output).is_ok();
                shell::run_until(place, &script, self.folder.path(), has_come).await;
                return;
            }
            _ => shell::run(place, &script, self.folder.path()).await,
        };
        let found = match &step.answer {
            None => Ok(()),
            Some(Answer::Lines(shown)) => self.names.find_lines(shown, &output),
            Some(Answer::Response(shown)) => find_response(&mut self.names, shown, &output),
            Some(Answer::Json(shown)) => match serde_json::from_str(&output) {
                Ok(answered) => self.names.find(shown, &answered),
                Err(error) => Err(format!("the answer is not JSON: {error}")),
            },
        };
        found.unwrap_or_else(|fault| panic!("{place}: {fault}\n{script}\n{output}"));
    }

    async fn frames(&mut self, place: &str, frames: &str) {
        let mut socket = GraphqlSocket::open(self.server.url()).await;
        let read = |text: &str| -> Value {
            serde_json::from_str(text).unwrap_or_else(|error| panic!("{place}: {error}: {text}"))
        };
        for line in frames.lines() {
            if let Some(sent) = line.strip_prefix("> ") {
                socket.send(&read(&self.names.fill(sent))).await;
            } else if let Some(shown) = line.strip_prefix("< ") {
                let received = socket.next(LIMIT).await;
                let found = self.names.find(&read(shown), &received);
                found.unwrap_or_else(|fault| panic!("{place}: {fault}\n{received:#}"));
            } else {
                panic!("{place}: a frame begins with > or <: {line}");
            }
        }
    }
}

/// Where an answer says that something is wrong, as JSON pointers: a page that shows no error has none.
fn faults(body: &Value) -> Vec<String> {
    let mut found = Vec::new();
    if body.get("errors").is_some() {
        found.push("/errors".to_owned());
    }
    let payloads = body["data"].as_object().into_iter().flatten();
    let refused = payloads.filter(|(_, payload)| {
        let errors = payload.get("userErrors").and_then(Value::as_array);
        errors.is_some_and(|errors| !errors.is_empty())
    });
    found.extend(refused.map(|(name, _)| format!("/data/{name}/userErrors")));
    found
}

#[test]
fn what_is_wrong_in_an_answer_is_found() {
    assert_eq!(faults(&json!({ "data": { "a": { "userErrors": [] }, "b": 1 } })), Vec::<String>::new());
    let body = json!({ "errors": [{}], "data": { "a": { "userErrors": [{ "code": "INVALID" }] } } });
    assert_eq!(faults(&body), ["/errors", "/data/a/userErrors"]);
}
