//! One connection's state and its loop.

use super::super::answer::Answer;
use super::super::edge::Edge;
use super::super::gateway::{AuthFailure, RequestScope};
use super::super::live::LivePlace;
use super::super::next_look::next_look;
use super::super::operation::Operation;
use super::super::parameters::Parameters;
use super::super::problem::Problem;
use super::close::{self, Close};
use super::credentials;
use super::message::{ClientMessage, ServerMessage, error, next};
use super::operations::Operations;
use super::outbox::Outbox;
use async_graphql::parser::types::OperationType;
use axum::Error as SocketError;
use axum::extract::ws::{Message, WebSocket};
use axum::http::StatusCode;
use fanfare_domain::replay_mark::ReplayMark;
use fanfare_domain::seq_recorder::SeqRecorder;
use futures_util::future::{BoxFuture, poll_fn};
use futures_util::stream::{self, BoxStream, SelectAll, StreamExt, abortable};
use serde_json::Value;
use std::ops::ControlFlow;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument as _;

/// How long a closing connection may take to read what is left and to answer.
const FAREWELL: Duration = Duration::from_secs(2);
/// How long one look at the actor may take; a look that takes longer is repeated at the next turn.
const REVALIDATION_PATIENCE: Duration = Duration::from_secs(5);
/// Pings without any sign of life before a client counts as gone.
const SILENT_PINGS: u32 = 3;
/// How long queries and mutations have to answer once the session was revoked, which one of them may have done.
const LAST_ANSWERS: Duration = Duration::from_secs(5);

/// What one operation says.
enum Said {
    /// A query's or a mutation's result.
    Answer(Answer),
    /// One event of a subscription.
    Event(Answer),
    Refused(Problem),
    End,
}

type Voices = SelectAll<BoxStream<'static, (Arc<str>, Said)>>;

pub struct Session {
    edge: Arc<Edge>,
    scope: RequestScope,
    place: LivePlace,
    acknowledged: bool,
    operations: Operations,
    outbox: Outbox,
    opened: Instant,
    next_ping: Instant,
    next_look: Instant,
    unanswered: u32,
    /// Completes when the actor's session is revoked.
    revoked: BoxFuture<'static, ()>,
    /// When the connection closes at the latest; `None` until the session is revoked.
    ends_at: Option<Instant>,
}

impl Session {
    /// `scope` is the upgrade request's; `connection_init` may bring another actor.
    pub fn new(edge: Arc<Edge>, scope: RequestScope, place: LivePlace) -> Self {
        let now = Instant::now();
        Self {
            place,
            acknowledged: false,
            operations: Operations::default(),
            outbox: Outbox::new(edge.options.outbox_bytes),
            opened: now,
            next_ping: now + edge.options.ping_every,
            next_look: now + edge.options.revalidate_every,
            unanswered: 0,
            revoked: edge.gateway.revoked(scope.actor.as_ref()),
            ends_at: None,
            scope,
            edge,
        }
    }

    /// What its log lines carry.
    pub fn span(&self) -> tracing::Span {
        tracing::info_span!("socket", request_id = &*self.scope.request_id)
    }

    /// Closes a connection that was never begun.
    pub async fn refuse(mut self: Box<Self>, mut socket: Box<WebSocket>, close: Close) {
        self.say_goodbye(&mut socket, close).await;
    }

    /// Serves the connection until one side ends it. What happens now and then is boxed: connections that wait hold no
    /// room for it.
    pub async fn run(mut self: Box<Self>, mut socket: Box<WebSocket>) {
        let mut voices = Voices::new();
        let shutdown = self.edge.shutdown.clone();
        // Both are made once. Making them takes locks that all connections share, and an event has each of them go round
        // several times.
        let mut stopping = pin!(shutdown.cancelled());
        let mut alarm = pin!(sleep_until(self.deadline()));
        loop {
            let deadline = self.deadline();
            // One that rings early finds nothing to do, and is put off then.
            if deadline < alarm.deadline() || alarm.is_elapsed() {
                alarm.as_mut().reset(deadline);
            }
            let room = self.outbox.has_room();
            let step = tokio::select! {
                moved = drive(&mut self.outbox, &mut socket, room) => match moved {
                    Moved::Heard(Ok(message)) => Box::pin(self.hear(message, &mut voices)).await,
                    Moved::Sent(Ok(())) => ControlFlow::Continue(()),
                    // No message at all: too long, not UTF-8, not masked. Or the connection is lost, and nobody hears why.
                    Moved::Heard(Err(error)) => {
                        stop(Close::invalid_message(format!("Invalid message: {error}")))
                    }
                    Moved::Gone | Moved::Sent(Err(_)) => ControlFlow::Break(None),
                },
                Some((id, said)) = voices.next(), if room && !voices.is_empty() => {
                    self.pass_on(&id, said);
                    self.go_on()
                }
                () = &mut alarm => Box::pin(self.look_at_the_clock()).await,
                () = &mut self.revoked, if self.ends_at.is_none() => self.end_access(),
                () = &mut stopping => ControlFlow::Break(Some(close::GOING_AWAY)),
            };
            if let ControlFlow::Break(reason) = step {
                drop(voices);
                match reason {
                    Some(close) => Box::pin(self.say_goodbye(&mut socket, close)).await,
                    None => Box::pin(self.part(&mut socket)).await,
                }
                return;
            }
        }
    }

    async fn hear(&mut self, message: Message, voices: &mut Voices) -> ControlFlow<Option<Close>> {
        self.unanswered = 0;
        let text = match message {
            Message::Text(text) => text,
            Message::Binary(_) => return stop(Close::invalid_message("Invalid message: only text is known")),
            Message::Ping(_) | Message::Pong(_) => return ControlFlow::Continue(()),
            Message::Close(_) => return ControlFlow::Break(None),
        };
        match ClientMessage::read(&text) {
            Err(close) => return stop(close),
            Ok(ClientMessage::ConnectionInit { payload }) => return self.begin(payload).await,
            Ok(ClientMessage::Ping { payload }) => self.outbox.push(ServerMessage::Pong { payload }.text()),
            Ok(ClientMessage::Pong { .. }) => {}
            Ok(ClientMessage::Subscribe { id, payload }) => return self.subscribe(id, payload, voices),
            Ok(ClientMessage::Complete { id }) => self.operations.end(&id),
        }
        self.go_on()
    }

    /// The session was revoked: nothing new begins, and what is at work may answer.
    fn end_access(&mut self) -> ControlFlow<Option<Close>> {
        self.operations.end_subscriptions();
        self.ends_at = Some(Instant::now() + LAST_ANSWERS);
        self.go_on()
    }

    /// Closes a connection whose access has ended once nothing is at work on it.
    fn go_on(&self) -> ControlFlow<Option<Close>> {
        let ends = self.ends_at.is_some() && self.operations.count() == 0;
        if ends { stop(close::ACCESS_ENDED) } else { ControlFlow::Continue(()) }
    }

    async fn begin(&mut self, payload: Option<Value>) -> ControlFlow<Option<Close>> {
        if self.acknowledged {
            return stop(close::TOO_MANY_INITS);
        }
        let actor = match payload.as_ref().map_or(Ok(None), credentials::token) {
            Ok(None) => Ok(self.scope.actor.take()),
            Ok(token) => self.edge.gateway.authenticate(token).await,
            Err(failure) => Err(failure),
        };
        match actor {
            Ok(actor) => self.scope.actor = actor.map(|actor| actor.at(self.scope.client)),
            Err(AuthFailure::Unavailable) => return stop(close::UNAVAILABLE),
            Err(AuthFailure::Invalid | AuthFailure::Expired) => return stop(close::FORBIDDEN),
        }
        if self.edge.live.seat_user(&mut self.place, self.scope.actor.as_ref()).is_err() {
            return stop(close::TOO_MANY_SOCKETS);
        }
        self.acknowledged = true;
        self.revoked = self.edge.gateway.revoked(self.scope.actor.as_ref());
        self.next_look = next_look(self.edge.options.revalidate_every, self.scope.actor.as_ref());
        self.outbox.push(ServerMessage::ConnectionAck.text());
        ControlFlow::Continue(())
    }

    fn subscribe(&mut self, id: String, payload: Value, voices: &mut Voices) -> ControlFlow<Option<Close>> {
        if !self.acknowledged {
            return stop(close::UNAUTHORIZED);
        }
        if self.ends_at.is_some() {
            let problem = Problem::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", "The access has ended");
            self.outbox.push(error(&id, &problem, &self.scope.request_id));
            return ControlFlow::Continue(());
        }
        if self.operations.has(&id) {
            return stop(Close::subscriber_exists(&id));
        }
        if self.operations.count() >= self.edge.options.operations_per_socket {
            let message =
                format!("A connection has at most {} operations", self.edge.options.operations_per_socket);
            let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", message);
            self.outbox.push(error(&id, &problem, &self.scope.request_id));
            return ControlFlow::Continue(());
        }
        match Parameters::from_json(payload).and_then(|parameters| self.edge.admit(parameters)) {
            Err(problem) => self.outbox.push(error(&id, &problem, &self.scope.request_id)),
            Ok(operation) => {
                let id: Arc<str> = id.into();
                let is_subscription = operation.kind == OperationType::Subscription;
                let said = self.start(operation);
                let (tag, end) = (Arc::clone(&id), Arc::clone(&id));
                let voice = said
                    .map(move |said| (Arc::clone(&tag), said))
                    .chain(stream::once(async move { (end, Said::End) }));
                let (voice, handle) = abortable(voice);
                voices.push(voice.boxed());
                self.operations.begin(id, is_subscription, handle);
            }
        }
        ControlFlow::Continue(())
    }

    /// What an operation says, as a stream that ends with it.
    fn start(&self, operation: Operation) -> BoxStream<'static, Said> {
        let edge = Arc::clone(&self.edge);
        let scope = RequestScope {
            seq: SeqRecorder::default(),
            replayed: ReplayMark::default(),
            ..self.scope.clone()
        };
        if operation.kind == OperationType::Subscription {
            let begun = async move {
                match edge.follow(operation, &scope).await {
                    Ok(answers) => answers.map(Said::Event).boxed(),
                    Err(problem) => stream::once(async { Said::Refused(problem) }).boxed(),
                }
            };
            // Boxed, so that what a beginning needs is given back once it has begun.
            return stream::once(Box::pin(begun)).flatten().boxed();
        }
        let run = async move { edge.run(operation, &scope).await.map_or_else(Said::Refused, Said::Answer) };
        // In a task of its own: others may wait for the answer, whenever this client reads.
        let task = AbortOnDropHandle::new(self.edge.tasks.spawn(run.in_current_span()));
        stream::once(async move { task.await.unwrap_or_else(|_crashed| Said::Refused(Problem::internal())) })
            .boxed()
    }

    fn pass_on(&mut self, id: &Arc<str>, said: Said) {
        // A subscription that fails sends no more events, so its failure is its end.
        let ends = match &said {
            Said::Answer(answer) => answer.is_refused(),
            Said::Event(answer) => answer.is_failed(),
            Said::Refused(_) | Said::End => true,
        };
        let text = match said {
            Said::Answer(answer) | Said::Event(answer) if ends => {
                ServerMessage::Error { id, payload: &answer.errors }.text()
            }
            Said::Answer(answer) | Said::Event(answer) => next(id, &answer),
            Said::Refused(problem) => error(id, &problem, &self.scope.request_id),
            Said::End => ServerMessage::Complete { id }.text(),
        };
        self.outbox.push(text);
        if ends {
            self.operations.end(id);
        }
    }

    fn deadline(&self) -> Instant {
        let options = &self.edge.options;
        let init = (!self.acknowledged).then(|| self.opened + options.init_timeout);
        let slow = self.outbox.stuck_since().map(|since| since + options.slow_client_grace);
        let earliest = self.next_ping.min(self.next_look);
        [init, slow, self.ends_at].into_iter().flatten().fold(earliest, Instant::min)
    }

    async fn look_at_the_clock(&mut self) -> ControlFlow<Option<Close>> {
        let (now, edge) = (Instant::now(), Arc::clone(&self.edge));
        let options = &edge.options;
        if self.ends_at.is_some_and(|at| now >= at) {
            return stop(close::ACCESS_ENDED);
        }
        if !self.acknowledged && now >= self.opened + options.init_timeout {
            return stop(close::INIT_TIMEOUT);
        }
        if self.outbox.stuck_since().is_some_and(|since| now >= since + options.slow_client_grace) {
            metrics::counter!("fanfare_slow_consumers_total").increment(1);
            return stop(close::TOO_SLOW);
        }
        if now >= self.next_ping {
            self.next_ping = now + options.ping_every;
            if self.unanswered >= SILENT_PINGS {
                return stop(close::SILENT);
            }
            self.unanswered += 1;
            self.outbox.push(ServerMessage::Ping.text());
        }
        if now >= self.next_look {
            self.next_look = next_look(options.revalidate_every, self.scope.actor.as_ref());
            if let Some(actor) = &self.scope.actor {
                let look = timeout(REVALIDATION_PATIENCE, edge.gateway.still_valid(actor)).await;
                if look == Ok(false) {
                    return stop(close::ACCESS_ENDED);
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Closes with a code. A slow client finds an error for each operation behind what it has not read.
    async fn say_goodbye(&mut self, socket: &mut WebSocket, close: Close) {
        if close == close::TOO_SLOW {
            self.outbox.clear();
            let problem = Problem::new(
                StatusCode::TOO_MANY_REQUESTS,
                "SLOW_CONSUMER",
                "The connection did not read what was sent to it; resume from the last cursor",
            );
            for id in self.operations.ids() {
                self.outbox.push(error(id, &problem, &self.scope.request_id));
            }
        }
        self.operations.end_all();
        self.outbox.push_message(Message::Close(Some(close.frame())));
        self.read_out(socket).await;
    }

    /// Lets the library answer the client's close frame, which it does when it is read on.
    async fn part(&mut self, socket: &mut WebSocket) {
        self.outbox.clear();
        self.operations.end_all();
        self.read_out(socket).await;
    }

    /// Sends what is left. What the client has sent meanwhile is read: to drop a socket with unread data resets the
    /// connection, and the close frame would be lost with it.
    async fn read_out(&mut self, socket: &mut WebSocket) {
        let _ = timeout(FAREWELL, async {
            loop {
                match drive(&mut self.outbox, socket, true).await {
                    Moved::Gone | Moved::Heard(Err(_)) | Moved::Sent(Err(_)) => return,
                    Moved::Heard(Ok(_)) | Moved::Sent(Ok(())) => {}
                }
            }
        })
        .await;
    }
}

/// What happened on a socket.
enum Moved {
    Heard(Result<Message, SocketError>),
    Sent(Result<(), SocketError>),
    Gone,
}

/// Sends what waits and, if `listen`, hears the next message; whichever comes first. Loses nothing when dropped.
async fn drive(outbox: &mut Outbox, socket: &mut WebSocket, listen: bool) -> Moved {
    poll_fn(|cx| {
        use std::task::Poll;
        if outbox.is_waiting()
            && let Poll::Ready(sent) = outbox.poll_send(cx, socket)
        {
            return Poll::Ready(Moved::Sent(sent));
        }
        if !listen {
            return Poll::Pending;
        }
        socket.poll_next_unpin(cx).map(|heard| heard.map_or(Moved::Gone, Moved::Heard))
    })
    .await
}

fn stop(close: Close) -> ControlFlow<Option<Close>> {
    ControlFlow::Break(Some(close))
}
