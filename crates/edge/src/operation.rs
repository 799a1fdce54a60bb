//! From a request's parameters to its answer: what HTTP, WebSocket and event streams have in common.

use super::answer::{Answer, is_refused};
use super::edge::Edge;
use super::finished::{AsGraphql, Finish};
use super::flights::End;
use super::gateway::RequestScope;
use super::parameters::Parameters;
use super::persisted::PersistedQueries;
use super::problem::Problem;
use super::subscriber::Subscriber;
use super::whole_answers::Found;
use crate::rest::{Shown, View, tell_rate};
use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Response, UploadValue, value};
use axum::http::{HeaderName, HeaderValue};
use fanfare_domain::clock::whole_seconds;
use fanfare_operation::{Document, Form, Prepared};
use fanfare_query_limits::{Cost, Limits};
use fanfare_services::cost::BudgetLeft;
use fanfare_services::whole_answer::{Question, Witness};
use futures_util::stream::BoxStream;
use serde_json::{Map, Value as Json};
use std::sync::Arc;
use std::time::Instant;
use tokio::task::JoinError;
use tokio::time::timeout;
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument;

/// A byte of a text without fragments becomes about so many of a normal form.
const FORM_BYTES_PER_BYTE: usize = 64;
/// How the library marks a file among the variables: with its number, which is known when the files are there.
const FILE: &str = "#__graphql_file__:0";
/// On the answer to a mutation whose key was known.
const REPLAYED_HEADER: HeaderName = HeaderName::from_static("idempotency-replayed");

/// An operation that passed the limits.
pub struct Operation {
    prepared: Prepared,
    source: Arc<str>,
    uploads: Uploads,
    pub kind: OperationType,
    cost: Cost,
    /// Of the document and the variables, which a subscription holds as long as it lives.
    bytes: usize,
    /// What a query asks, where its answer may be kept.
    question: Option<Question>,
}

impl Operation {
    /// Notes what it asks, for one who takes its answer under these names. With files, its answer is never kept.
    fn ask(&mut self, edge: &Edge, names: [&str; 2]) {
        if self.uploads.is_empty() {
            self.question = edge.question(&self.prepared, names);
        }
    }
}

/// The files of a request, each with the variable that it stands for.
type Uploads = Vec<(String, UploadValue)>;

impl Edge {
    /// Finds the document, which is prepared once, and refuses what is over the limits.
    pub fn admit(&self, parameters: Parameters) -> Result<Operation, Problem> {
        let Parameters { query, operation_name, variables, hash, uploads } = parameters;
        let source = match (&hash, query) {
            (Some(hash), None) => self.persisted.find(hash)?.to_string(),
            (Some(hash), Some(text)) => {
                PersistedQueries::verify(hash, &text)?;
                text
            }
            (None, Some(text)) => text,
            (None, None) => return Err(Problem::bad_request("The request has no query")),
        };
        let document = self.preparer.document(&source)?;
        let limits = &self.options.limits;
        let mut operation = self.select(&document, operation_name.as_deref(), variables, uploads, limits)?;
        operation.ask(self, AsGraphql.names());
        if let Some(hash) = hash {
            self.persisted.keep(&hash, &source);
        }
        Ok(operation)
    }

    /// Takes an operation of the server's own, prepared when the server started, whose answer the route of this `view`
    /// gives. Only what it costs depends on the variables; that is charged like any other.
    pub fn admit_own(
        &self,
        view: &View<'_>,
        variables: Map<String, Json>,
        uploads: Uploads,
    ) -> Result<Operation, Problem> {
        let source = view.operation.source.as_str();
        let limits =
            Limits { complexity: u64::MAX, variable_values: usize::MAX, ..self.options.limits.clone() };
        let document = self.preparer.own(source).ok_or_else(|| {
            tracing::error!(source, "an operation of the server's own is not prepared");
            Problem::internal()
        })?;
        let mut operation = self.select(document, None, variables, uploads, &limits)?;
        operation.ask(self, view.names());
        Ok(operation)
    }

    fn select(
        &self,
        document: &Document,
        name: Option<&str>,
        mut variables: Map<String, Json>,
        uploads: Uploads,
        limits: &Limits,
    ) -> Result<Operation, Problem> {
        fanfare_query_limits::weigh(&variables, limits)?;
        for (path, _) in &uploads {
            hold_place(&mut variables, path);
        }
        let prepared = self.preparer.select(document, name, variables)?;
        let kind = prepared.kind();
        let cost = self.price(&prepared, limits)?;
        let bytes = match kind {
            OperationType::Subscription => {
                let variables = serde_json::to_vec(prepared.variables()).map_or(0, |text| text.len());
                // What its fragments expand to, and not only their text, is held.
                document.source().len().max(prepared.form().bytes() / FORM_BYTES_PER_BYTE) + variables
            }
            OperationType::Query | OperationType::Mutation => 0,
        };
        let source = Arc::clone(document.source());
        Ok(Operation { prepared, source, uploads, kind, cost, bytes, question: None })
    }

    fn price(&self, prepared: &Prepared, limits: &Limits) -> Result<Cost, Problem> {
        let mut operations = prepared.document().operations.iter();
        let (_, operation) = operations.next().ok_or_else(Problem::internal)?;
        let cost = self.costs.price(prepared.document(), &operation.node, prepared.variables(), limits)?;
        Ok(cost)
    }

    /// Runs a query or a mutation to its end and writes its answer.
    pub async fn run(
        self: &Arc<Self>,
        operation: Operation,
        scope: &RequestScope,
    ) -> Result<Answer, Problem> {
        self.complete(operation, &AsGraphql, scope).await
    }

    /// Runs an operation of the server's own to its end, for the route of this `view`.
    pub async fn run_own(
        self: &Arc<Self>,
        operation: Operation,
        view: &View<'_>,
        scope: &RequestScope,
    ) -> Result<Shown, Problem> {
        self.complete(operation, view, scope).await
    }

    /// Answers a query or a mutation: with what is known, else by running it.
    async fn complete<F: Finish>(
        self: &Arc<Self>,
        operation: Operation,
        how: &F,
        scope: &RequestScope,
    ) -> Result<F::Answer, Problem> {
        let (kind, cost) = (operation.kind, operation.cost);
        if kind == OperationType::Subscription {
            return Err(Problem::document(
                "BAD_USER_INPUT",
                "Subscriptions are served at /graphql/ws and /graphql/stream",
            ));
        }
        let left = self.gateway.charge(scope, cost.used).await?;
        let started = Instant::now();
        let answer = match self.find_known(operation.question.as_ref(), scope).await {
            Ok(Found::Known(known)) => {
                Ok(how.answer_known(known, told(Response::default(), cost, left, scope)))
            }
            Ok(Found::Nothing(flight)) => {
                let ran = self.execute(operation, how, left, scope, started).await;
                if let Some(flight) = flight {
                    let is_kept = ran.as_ref().is_ok_and(|(_, is_kept)| *is_kept);
                    flight.end(if is_kept { End::Kept } else { End::NotKept });
                }
                ran.map(|(answer, _)| answer)
            }
            Err(problem) => Err(problem),
        };
        let outcome =
            answer.as_ref().map_or_else(|problem| problem.code.to_owned(), |answer| how.code(answer));
        let kind = kind.to_string();
        metrics::counter!("fanfare_graphql_operations_total", "type" => kind.clone(), "outcome" => outcome)
            .increment(1);
        metrics::histogram!("fanfare_graphql_operation_duration_seconds", "type" => kind)
            .record(started.elapsed().as_secs_f64());
        answer
    }

    /// Runs a query or a mutation to its end in a task of its own: a panic there is an error here, and a mutation
    /// continues when the client has gone, because what follows its commit must happen too. The time to run counts from
    /// when it `started`: since then it may have waited for another's answer. Tells besides whether the answer was kept.
    async fn execute<F: Finish>(
        self: &Arc<Self>,
        operation: Operation,
        how: &F,
        left: Option<BudgetLeft>,
        scope: &RequestScope,
        started: Instant,
    ) -> Result<(F::Answer, bool), Problem> {
        let Operation { prepared, source, uploads, kind, cost, question, .. } = operation;
        let (request, form) = request(prepared, &source, uploads);
        let request = self.gateway.prepare(request, scope);
        let asked = question.map(|question| (Witness::new(Arc::clone(question.about())), question));
        let (witness, edge) = (asked.as_ref().map(|(witness, _)| witness.clone()), Arc::clone(self));
        let work = async move {
            let work = edge.gateway.execute(request);
            match witness {
                Some(witness) => witness.follow(work).await,
                None => work.await,
            }
        };
        let task = self.tasks.spawn(work.in_current_span());
        let limit = self.options.request_timeout.saturating_sub(started.elapsed());
        let outcome = if kind == OperationType::Mutation {
            timeout(limit, task).await
        } else {
            timeout(limit, AbortOnDropHandle::new(task)).await
        };
        let response = match outcome {
            Err(_elapsed) => return Err(Problem::timeout()),
            Ok(Err(fault)) => return Err(crashed(&fault, scope)),
            Ok(Ok(response)) => response,
        };
        // What a resolver says besides its data is for the one who asked.
        let is_plain = response.http_headers.is_empty() && response.extensions.is_empty();
        let answer = how.finish(told(response, cost, left, scope), form.shape(), &scope.request_id);
        if kind != OperationType::Query || !self.gateway.keeps_answers() {
            return Ok((answer, false));
        }
        let may_be_kept = asked.is_some() && is_plain;
        let known = if may_be_kept { how.to_keep(&answer) } else { None };
        let is_kept = self.keep_known(asked, known, scope).await;
        Ok((answer, is_kept))
    }

    /// Starts a subscription; its answers are finished as those of [`Edge::run`] are. It holds a place for as long as
    /// the stream is there.
    pub async fn follow(
        self: &Arc<Self>,
        operation: Operation,
        scope: &RequestScope,
    ) -> Result<BoxStream<'static, Answer>, Problem> {
        self.gateway.charge(scope, operation.cost.used).await?;
        let place = self.subscriptions.admit(scope, operation.bytes)?;
        let Operation { prepared, source, uploads, .. } = operation;
        let showing = self.showing(&prepared, scope.language);
        let (request, _) = request(prepared, &source, uploads);
        let request = self.gateway.prepare(request, scope);
        metrics::counter!("fanfare_graphql_operations_total", "type" => "subscription", "outcome" => "started")
            .increment(1);
        Ok(Subscriber::new(Arc::clone(self), scope.clone(), request, showing, place).answers())
    }
}

/// What the library runs, and the normal form that its answer has.
fn request(prepared: Prepared, source: &str, uploads: Uploads) -> (Request, Arc<Form>) {
    let (form, runs, variables) = prepared.into_parts();
    let mut request = Request::new(source).variables(variables);
    request.set_parsed_query(runs);
    for (path, upload) in uploads {
        request.set_upload(&path, upload);
    }
    (request, form)
}

/// Puts a file's mark where a file will be, so that the variable is taken for one. A path that leads nowhere means nothing.
fn hold_place(variables: &mut Map<String, Json>, path: &str) {
    let mut parts = path.strip_prefix("variables.").unwrap_or_default().split('.');
    let mut place = parts.next().and_then(|name| variables.get_mut(name));
    for part in parts {
        place = match place {
            Some(Json::Object(fields)) => fields.get_mut(part),
            Some(Json::Array(items)) => part.parse().ok().and_then(|index: usize| items.get_mut(index)),
            _ => None,
        };
    }
    if let Some(place) = place {
        *place = Json::String(FILE.to_owned());
    }
}

/// Adds what the operation cost and what is left of the caller's budget, and that a key was known.
fn told(mut response: Response, cost: Cost, left: Option<BudgetLeft>, scope: &RequestScope) -> Response {
    let (used, limit) = (cost.used, cost.limit);
    if let Some(BudgetLeft { limit, left, full_in }) = left {
        tell_rate(&mut response.http_headers, Some(limit.into()), left.into(), whole_seconds(full_in));
    }
    if !is_refused(&response) {
        let told = match left {
            Some(BudgetLeft { limit: per_minute, left, .. }) => {
                value!({ "used": used, "limit": limit, "perMinute": per_minute, "left": left })
            }
            None => value!({ "used": used, "limit": limit }),
        };
        response.extensions.insert("cost".to_owned(), told);
    }
    if scope.replayed.is_set() {
        response.http_headers.insert(REPLAYED_HEADER, HeaderValue::from_static("true"));
    }
    response
}

fn crashed(fault: &JoinError, scope: &RequestScope) -> Problem {
    tracing::error!(request_id = &*scope.request_id, %fault, "an operation panicked");
    Problem::internal()
}
