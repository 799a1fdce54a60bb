//! From a request's parameters to its answer: what HTTP, WebSocket and event streams have in common.

use super::answer::Answer;
use super::edge::Edge;
use super::gateway::RequestScope;
use super::parameters::Parameters;
use super::persisted::PersistedQueries;
use super::problem::Problem;
use crate::rest::tell_rate;
use async_graphql::parser::parse_query;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, OperationType,
};
use async_graphql::{Request, Response, UploadValue, Variables, value};
use axum::http::{HeaderName, HeaderValue};
use fanfare_domain::clock::whole_seconds;
use fanfare_query_limits::{Cost, Limits};
use fanfare_services::cost::BudgetLeft;
use futures_util::stream::{BoxStream, StreamExt};
use std::sync::Arc;
use std::time::Instant;
use tokio::task::JoinError;
use tokio::time::timeout;
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument;

/// On the answer to a mutation whose key was known.
const REPLAYED_HEADER: HeaderName = HeaderName::from_static("idempotency-replayed");

/// An operation that passed the limits.
pub struct Operation {
    request: Request,
    pub kind: OperationType,
    cost: Cost,
    /// Of the document and the variables, which a subscription holds as long as it lives.
    bytes: usize,
}

impl Edge {
    /// Finds the document, parses it once, and refuses what is over the limits.
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
        let limits = &self.options.limits;
        fanfare_query_limits::scan(&source, limits)?;
        let document = parse_query(&source)?;
        fanfare_query_limits::measure(&document, limits)?;
        fanfare_query_limits::weigh(&variables, limits)?;
        let operation = select(&document, operation_name.as_deref())?;
        let kind = operation.ty;
        let bytes = if kind == OperationType::Subscription { source.len() + written(&variables) } else { 0 };
        let variables = Variables::from_json(serde_json::Value::Object(variables));
        let cost = self.costs.price(&document, operation, &variables, limits)?;
        if let Some(hash) = hash {
            self.persisted.keep(&hash, &source);
        }
        let mut request = Request::new(source).variables(variables);
        request.operation_name = operation_name;
        request.set_parsed_query(document);
        for (path, upload) in uploads {
            request.set_upload(&path, upload);
        }
        Ok(Operation { request, kind, cost, bytes })
    }

    /// Takes an operation of the server's own: parsed and held against the limits when it was written. Only what it
    /// costs depends on the variables; that is charged like any other.
    pub fn admit_own(
        &self,
        source: &str,
        document: &ExecutableDocument,
        variables: serde_json::Map<String, serde_json::Value>,
        uploads: Vec<(String, UploadValue)>,
    ) -> Result<Operation, Problem> {
        let limits =
            Limits { complexity: u64::MAX, variable_values: usize::MAX, ..self.options.limits.clone() };
        fanfare_query_limits::weigh(&variables, &limits)?;
        let variables = Variables::from_json(serde_json::Value::Object(variables));
        let operation = select(document, None)?;
        let kind = operation.ty;
        let cost = self.costs.price(document, operation, &variables, &limits)?;
        let mut request = Request::new(source).variables(variables);
        request.set_parsed_query(document.clone());
        for (path, upload) in uploads {
            request.set_upload(&path, upload);
        }
        Ok(Operation { request, kind, cost, bytes: 0 })
    }

    /// Runs a query or a mutation to its end in a task of its own: a panic there is an error here, and a mutation
    /// continues when the client has gone, because what follows its commit must happen too.
    pub async fn run(
        self: &Arc<Self>,
        operation: Operation,
        scope: &RequestScope,
    ) -> Result<Answer, Problem> {
        let Operation { request, kind, cost, .. } = operation;
        if kind == OperationType::Subscription {
            return Err(Problem::document(
                "BAD_USER_INPUT",
                "Subscriptions are served at /graphql/ws and /graphql/stream",
            ));
        }
        let left = self.gateway.charge(scope, cost.used).await?;
        let (started, edge) = (Instant::now(), Arc::clone(self));
        let request = self.gateway.prepare(request, scope);
        let work = async move { edge.gateway.execute(request).await }.in_current_span();
        let task = self.tasks.spawn(work);
        let limit = self.options.request_timeout;
        let outcome = if kind == OperationType::Mutation {
            timeout(limit, task).await
        } else {
            timeout(limit, AbortOnDropHandle::new(task)).await
        };
        let answer = match outcome {
            Err(_elapsed) => Err(Problem::timeout()),
            Ok(Err(fault)) => Err(crashed(&fault, scope)),
            Ok(Ok(response)) => Ok(told(answer(response, cost, left, scope), scope)),
        };
        let outcome = answer.as_ref().map_or_else(|problem| problem.code.to_owned(), Answer::outcome);
        let kind = kind.to_string();
        metrics::counter!("fanfare_graphql_operations_total", "type" => kind.clone(), "outcome" => outcome)
            .increment(1);
        metrics::histogram!("fanfare_graphql_operation_duration_seconds", "type" => kind)
            .record(started.elapsed().as_secs_f64());
        answer
    }

    /// Starts a subscription; its answers are finished as those of [`Edge::run`] are. It holds a place for as long as
    /// the stream is there.
    pub async fn follow(
        &self,
        operation: Operation,
        scope: &RequestScope,
    ) -> Result<BoxStream<'static, Answer>, Problem> {
        self.gateway.charge(scope, operation.cost.used).await?;
        let place = self.subscriptions.admit(scope, operation.bytes)?;
        let request = self.gateway.prepare(operation.request, scope);
        metrics::counter!("fanfare_graphql_operations_total", "type" => "subscription", "outcome" => "started")
            .increment(1);
        let request_id = Arc::clone(&scope.request_id);
        let answers = self.gateway.subscribe(request).map(move |response| {
            let _held = &place;
            Answer::executed(response, &request_id)
        });
        Ok(answers.boxed())
    }
}

/// The bytes of variables as JSON.
fn written(variables: &serde_json::Map<String, serde_json::Value>) -> usize {
    serde_json::to_vec(variables).map_or(0, |text| text.len())
}

fn answer(response: Response, cost: Cost, left: Option<BudgetLeft>, scope: &RequestScope) -> Answer {
    let (used, limit) = (cost.used, cost.limit);
    let mut answer = Answer::executed(response, &scope.request_id);
    if let Some(BudgetLeft { limit, left, full_in }) = left {
        tell_rate(&mut answer.headers, Some(limit.into()), left.into(), whole_seconds(full_in));
    }
    if !answer.is_refused() {
        let told = match left {
            Some(BudgetLeft { limit: per_minute, left, .. }) => {
                value!({ "used": used, "limit": limit, "perMinute": per_minute, "left": left })
            }
            None => value!({ "used": used, "limit": limit }),
        };
        answer.extensions.insert("cost".to_owned(), told);
    }
    answer
}

/// A mutation whose key was known says so.
fn told(mut answer: Answer, scope: &RequestScope) -> Answer {
    if scope.replayed.is_set() {
        answer.headers.insert(REPLAYED_HEADER, HeaderValue::from_static("true"));
    }
    answer
}

fn crashed(fault: &JoinError, scope: &RequestScope) -> Problem {
    tracing::error!(request_id = &*scope.request_id, %fault, "an operation panicked");
    Problem::internal()
}

fn select<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Result<&'a OperationDefinition, Problem> {
    let refused = |message: &str| Problem::document("GRAPHQL_VALIDATION_FAILED", message);
    match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Ok(&operation.node),
        (DocumentOperations::Single(_), Some(_)) => Err(refused("No operation has the given operationName")),
        (DocumentOperations::Multiple(operations), Some(name)) => operations
            .get(name)
            .map(|operation| &operation.node)
            .ok_or_else(|| refused("No operation has the given operationName")),
        (DocumentOperations::Multiple(operations), None) => {
            let mut all = operations.values();
            match (all.next(), all.next()) {
                (Some(operation), None) => Ok(&operation.node),
                _ => Err(refused("operationName must say which operation is meant")),
            }
        }
    }
}
