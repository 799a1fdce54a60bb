//! `/graphql/stream`: GraphQL over server-sent events, "distinct connections mode" (PROTOCOL.md of graphql-sse).

use super::answer::Answer;
use super::edge::Edge;
use super::gateway::RequestScope;
use super::graphql::read_body;
use super::live::LivePlace;
use super::next_look::next_look;
use super::operation::Operation;
use super::parameters::Parameters;
use super::problem::Problem;
use super::refusal::refuse_json;
use super::request_id::request_id;
use super::stream_body::stream_body;
use async_graphql::parser::types::OperationType;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream, StreamExt};
use serde_json::Value;
use std::convert::Infallible;
use std::sync::Arc;
use tokio::time::{Instant, sleep_until};
use tokio_util::task::task_tracker::TaskTrackerToken;

/// Ends the operation; `data` is there because browsers drop events without it.
const COMPLETE: &[u8] = b"event: complete\ndata:\n\n";
/// A comment: keeps proxies from closing a silent stream, and finds out that the client has gone.
const KEEP_ALIVE: &[u8] = b":\n\n";

/// What an event takes besides its answer, in bytes.
const ROOM_AROUND: usize = 20;

/// Answers with a stream of events, or with JSON where the request itself is at fault.
pub async fn handle(State(edge): State<Arc<Edge>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let id = request_id(&parts);
    let begun = async {
        let scope = edge.scope(&parts).await?;
        let parameters = match parts.method {
            Method::GET => Parameters::from_query_string(parts.uri.query().unwrap_or_default())?,
            Method::POST => read(&edge, &parts.headers, body, &scope).await?,
            _ => {
                return Err(Problem::new(
                    StatusCode::METHOD_NOT_ALLOWED,
                    "BAD_USER_INPUT",
                    "Use GET or POST",
                ));
            }
        };
        let mut place = edge.live.of_address(scope.client)?;
        edge.live.seat_user(&mut place, scope.actor.as_ref())?;
        let answers = begin(&edge, parameters, &scope, parts.method == Method::GET).await?;
        Ok(Feed::new(&edge, scope, answers, place))
    };
    match begun.await {
        Ok(feed) => {
            let headers = [
                (header::CONTENT_TYPE, "text/event-stream; charset=utf-8"),
                (header::CACHE_CONTROL, "no-store"),
                (header::HeaderName::from_static("x-accel-buffering"), "no"),
            ];
            let events = stream::unfold(feed, |mut feed| async move {
                let event = feed.next().await?;
                Some((Ok::<_, Infallible>(event), feed))
            });
            (headers, stream_body(events)).into_response()
        }
        Err(problem) => refuse_json(&problem, &id),
    }
}

async fn read(
    edge: &Edge,
    headers: &header::HeaderMap,
    body: Body,
    scope: &RequestScope,
) -> Result<Parameters, Problem> {
    super::graphql::require_json(headers)?;
    let bytes = read_body(edge, body, scope).await?;
    let value: Value = serde_json::from_slice(&bytes)
        .map_err(|error| Problem::bad_request(format!("The body is not JSON: {error}")))?;
    Parameters::from_json(value)
}

/// What a document that is refused says goes through the stream: an `EventSource` shows no body of another status.
async fn begin(
    edge: &Arc<Edge>,
    parameters: Parameters,
    scope: &RequestScope,
    get: bool,
) -> Result<BoxStream<'static, Answer>, Problem> {
    let outcome = match edge.admit(parameters) {
        Ok(operation) if get && operation.kind == OperationType::Mutation => {
            let message = "GET changes nothing: send mutations by POST";
            return Err(Problem::new(StatusCode::METHOD_NOT_ALLOWED, "BAD_USER_INPUT", message));
        }
        Ok(operation) => start(edge, operation, scope).await,
        Err(problem) => Err(problem),
    };
    match outcome {
        Err(problem) if problem.document => {
            let answer = Answer::refused(&problem, &scope.request_id);
            Ok(stream::once(async { answer }).boxed())
        }
        outcome => outcome,
    }
}

async fn start(
    edge: &Arc<Edge>,
    operation: Operation,
    scope: &RequestScope,
) -> Result<BoxStream<'static, Answer>, Problem> {
    if operation.kind == OperationType::Subscription {
        // A subscription lasts as long as its token: one that is not accepted begins none.
        if scope.refused.is_some() {
            return Err(scope.unauthenticated());
        }
        return edge.follow(operation, scope).await;
    }
    let answer = edge.run(operation, scope).await?;
    if scope.refused.is_some() && answer.is_unauthenticated() {
        return Err(scope.unauthenticated());
    }
    Ok(stream::once(async { answer }).boxed())
}

/// One open stream. It makes an event only when the connection takes one, so a client that does not read costs
/// nothing here; the server's write timeout ends it.
struct Feed {
    edge: Arc<Edge>,
    scope: RequestScope,
    /// `None` once `complete` is all that is left to say, or was said.
    answers: Option<BoxStream<'static, Answer>>,
    completed: bool,
    next_look: Instant,
    /// Completes when the actor's session is revoked.
    revoked: BoxFuture<'static, ()>,
    _place: LivePlace,
    _task: TaskTrackerToken,
}

impl Feed {
    fn new(
        edge: &Arc<Edge>,
        scope: RequestScope,
        answers: BoxStream<'static, Answer>,
        place: LivePlace,
    ) -> Self {
        Self {
            edge: Arc::clone(edge),
            next_look: next_look(edge.options.revalidate_every, scope.actor.as_ref()),
            revoked: edge.gateway.revoked(scope.actor.as_ref()),
            scope,
            answers: Some(answers),
            completed: false,
            _place: place,
            _task: edge.tasks.token(),
        }
    }

    /// The next event; `None` ends the body. A server that stops says no `complete`, so that clients come back.
    async fn next(&mut self) -> Option<Bytes> {
        let shutdown = self.edge.shutdown.clone();
        let keep_alive = Instant::now() + self.edge.options.sse_keep_alive;
        loop {
            let Some(answers) = &mut self.answers else {
                return (!std::mem::replace(&mut self.completed, true)).then(|| Bytes::from_static(COMPLETE));
            };
            tokio::select! {
                answer = answers.next() => match answer {
                    Some(answer) => return Some(event(&answer)),
                    None => self.answers = None,
                },
                () = shutdown.cancelled() => return None,
                () = sleep_until(keep_alive) => return Some(Bytes::from_static(KEEP_ALIVE)),
                () = sleep_until(self.next_look) => {
                    self.next_look = next_look(self.edge.options.revalidate_every, self.scope.actor.as_ref());
                    if !may_go_on(&self.edge, &self.scope).await {
                        return Some(self.refuse());
                    }
                }
                () = &mut self.revoked => return Some(self.refuse()),
            }
        }
    }
}

impl Feed {
    /// The last event of someone whose access has ended.
    fn refuse(&mut self) -> Bytes {
        self.answers = None;
        let ended = Problem::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", "The access has ended");
        event(&Answer::refused(&ended, &self.scope.request_id))
    }
}

async fn may_go_on(edge: &Edge, scope: &RequestScope) -> bool {
    match &scope.actor {
        Some(actor) => edge.gateway.still_valid(actor).await,
        None => true,
    }
}

fn event(answer: &Answer) -> Bytes {
    let mut text = Vec::with_capacity(answer.room() + ROOM_AROUND);
    text.extend_from_slice(b"event: next\ndata: ");
    // JSON has no raw line breaks, so one `data` line holds it.
    answer.write(&mut text);
    text.extend_from_slice(b"\n\n");
    text.into()
}
