//! A small application and a server for it.

use super::happenings::{Happening, Happenings, shown};
use crate::rest::Table;
use crate::{
    AuthFailure, Edge, EdgeOptions, Gateway, RequestScope, ServeOptions, Told, health, router, serve,
    surround,
};
use async_graphql::{
    Context, Error, ErrorExtensions, Object, Request, Response, Schema, Subscription, ValidationMode,
};
use async_trait::async_trait;
use axum::Router;
use axum::routing::get;
use fanfare_domain::actor::{Actor, Credential};
use fanfare_domain::id::{SessionId, UserId, WorkspaceId};
use fanfare_domain::seq_recorder::SeqRecorder;
use fanfare_graphql::scalars::{Upload, checks};
use fanfare_net::{HttpClient, Reply};
use fanfare_operation::Preparer;
use fanfare_query_limits::CostModel;
use fanfare_services::event::Happened;
use fanfare_services::whole_answer::{Alike, Grounds};
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream, Stream, StreamExt};
use metrics_exporter_prometheus::PrometheusBuilder;
use reqwest::Method;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::{Notify, broadcast};
use tokio_stream::wrappers::BroadcastStream;
use tokio_util::sync::CancellationToken;

pub struct Query;

#[Object]
impl Query {
    async fn hello(&self) -> &'static str {
        "world"
    }

    async fn who(&self, ctx: &Context<'_>) -> Option<i64> {
        ctx.data_opt::<Actor>().map(|actor| actor.user_id.0)
    }

    async fn mine(&self, ctx: &Context<'_>) -> Result<Option<i64>, Error> {
        let actor = ctx.data_opt::<Actor>();
        let nobody = || Error::new("Sign in").extend_with(|_, e| e.set("code", "UNAUTHENTICATED"));
        actor.map(|actor| Some(actor.user_id.0)).ok_or_else(nobody)
    }

    async fn add(&self, a: i32, b: i32) -> i32 {
        a + b
    }

    async fn fault(&self) -> Result<Option<i32>, Error> {
        Err(std::io::Error::other("the password is hunter2").into())
    }

    async fn forbidden(&self) -> Result<Option<i32>, Error> {
        Err(Error::new("Not yours").extend_with(|_, e| e.set("code", "FORBIDDEN")))
    }

    async fn down(&self) -> Result<Option<i32>, Error> {
        Err(Error::new("Try again").extend_with(|_, e| e.set("code", "UNAVAILABLE")))
    }

    /// Not nullable, so its error leaves no data at all.
    async fn broken(&self) -> Result<i32, Error> {
        Err(Error::new("Not yours").extend_with(|_, e| e.set("code", "FORBIDDEN")))
    }

    async fn crash(&self) -> i32 {
        std::iter::empty::<i32>().next().unwrap()
    }

    async fn never(&self) -> i32 {
        std::future::pending().await
    }
}

pub struct Mutation;

#[Object]
impl Mutation {
    async fn bump(&self, ctx: &Context<'_>) -> i32 {
        ctx.data_unchecked::<SeqRecorder>().record(42);
        i32::try_from(ctx.data_unchecked::<Arc<Counter>>().0.fetch_add(1, Ordering::SeqCst)).unwrap() + 1
    }

    /// Begins, waits at the gate, then does what `bump` does.
    async fn linger(&self, ctx: &Context<'_>) -> i32 {
        let gate = ctx.data_unchecked::<Arc<Gate>>();
        gate.begun.notify_one();
        gate.open.notified().await;
        self.bump(ctx).await.unwrap()
    }

    async fn measure(&self, ctx: &Context<'_>, file: Upload) -> async_graphql::Result<u64> {
        let absent = || Error::new("No such file").extend_with(|_, e| e.set("code", "BAD_USER_INPUT"));
        let upload = file.value(ctx)?.ok_or_else(absent)?;
        Ok(upload.content.metadata()?.len())
    }
}

#[derive(Default)]
pub struct Counter(pub AtomicU32);

/// Where `linger` waits.
#[derive(Default)]
pub struct Gate {
    pub begun: Notify,
    pub open: Notify,
}

pub struct Events;

#[Subscription]
impl Events {
    async fn count(&self, to: i32) -> impl Stream<Item = i32> {
        stream::iter(0..to)
    }

    async fn silence(&self) -> impl Stream<Item = i32> {
        stream::pending()
    }

    /// Whatever is sent to the channel.
    async fn news(&self, ctx: &Context<'_>) -> impl Stream<Item = String> {
        let receiver = ctx.data_unchecked::<broadcast::Sender<String>>().subscribe();
        BroadcastStream::new(receiver).filter_map(|item| async { item.ok() })
    }

    /// More than any client reads; its end cancels the token.
    async fn flood(&self, ctx: &Context<'_>) -> impl Stream<Item = String> {
        let end = ctx.data_unchecked::<CancellationToken>().clone().drop_guard();
        stream::repeat_with(move || {
            let _held = &end;
            "x".repeat(10_000)
        })
    }

    /// Whatever happens.
    async fn happenings(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "after")] _after: Option<i32>,
    ) -> impl Stream<Item = Happening> {
        stream::iter(shown(ctx))
    }

    async fn refused(&self) -> Result<stream::Empty<i32>, Error> {
        Err(Error::new("Sign in").extend_with(|_, e| e.set("code", "UNAUTHENTICATED")))
    }
}

pub struct Application {
    schema: Schema<Query, Mutation, Events>,
    pub may_go_on: AtomicBool,
    /// Revokes the session of every actor.
    pub revocation: CancellationToken,
    pub happenings: Happenings,
}

#[async_trait]
impl Gateway for Application {
    async fn authenticate(&self, token: Option<&str>) -> Result<Option<Actor>, AuthFailure> {
        match token {
            None => Ok(None),
            Some("good") => Ok(Some(Actor {
                user_id: UserId(7),
                credential: Credential::Session(SessionId(1)),
                default_workspace: WorkspaceId(1),
                expires_at: None,
                ip_address: None,
            })),
            Some("old") => Err(AuthFailure::Expired),
            Some(_) => Err(AuthFailure::Invalid),
        }
    }

    async fn still_valid(&self, _actor: &Actor) -> bool {
        self.may_go_on.load(Ordering::SeqCst)
    }

    fn revoked(&self, actor: Option<&Actor>) -> BoxFuture<'static, ()> {
        match actor {
            Some(_) => Box::pin(self.revocation.clone().cancelled_owned()),
            None => Box::pin(std::future::pending()),
        }
    }

    fn prepare(&self, request: Request, scope: &RequestScope) -> Request {
        let request = request.data(scope.seq.clone());
        match &scope.actor {
            Some(actor) => request.data(actor.clone()),
            None => request,
        }
    }

    async fn execute(&self, request: Request) -> Response {
        self.schema.execute(request).await
    }

    async fn subscribe(&self, mut request: Request) -> BoxStream<'static, Told> {
        if let Some(told) = self.happenings.follow(&mut request) {
            return told;
        }
        let answers = self.schema.execute_stream(request);
        answers.map(|answer| Told::Answer(Box::new(answer))).boxed()
    }

    async fn show(&self, request: Request, happened: &Happened) -> Option<Response> {
        self.schema.execute_stream(self.happenings.showing(request, happened)).next().await
    }

    fn alike<'a>(&self, selected: &mut dyn Iterator<Item = (&'a str, &'a str)>) -> Option<Alike> {
        for field in selected {
            if field == ("Happening", "asker") {
                return None;
            }
        }
        Some(Alike { about: Arc::from([]), is_versioned: true })
    }

    async fn show_noted(
        &self,
        request: Request,
        happened: &Happened,
        scope: &RequestScope,
        _alike: &Alike,
    ) -> (Option<Response>, Option<Grounds>) {
        let response = self.show(request, happened).await;
        (response, scope.actor.as_ref().map(|_| Grounds::default()))
    }

    async fn is_present(&self, _grounds: &Grounds, _alike: &Alike, _scope: &RequestScope) -> bool {
        true
    }

    async fn may_see(&self, _grounds: &Grounds, scope: &RequestScope) -> bool {
        scope.actor.is_some()
    }
}

struct Ready(Arc<AtomicBool>);

#[async_trait]
impl health::Readiness for Ready {
    async fn check(&self) -> Vec<(&'static str, Result<(), String>)> {
        let well = self.0.load(Ordering::SeqCst);
        vec![("database", if well { Ok(()) } else { Err("no connection".to_owned()) })]
    }
}

/// A running server; it ends with this value.
pub struct Trial {
    pub address: std::net::SocketAddr,
    pub application: Arc<Application>,
    pub ready: Arc<AtomicBool>,
    pub bumped: Arc<Counter>,
    pub gate: Arc<Gate>,
    pub news: broadcast::Sender<String>,
    pub flood_ended: CancellationToken,
    pub shutdown: CancellationToken,
    pub server: Option<tokio::task::JoinHandle<()>>,
    client: HttpClient,
}

impl Trial {
    pub async fn start(options: EdgeOptions) -> Self {
        let serving = ServeOptions { body_timeout: options.request_timeout, ..ServeOptions::default() };
        Self::start_serving(options, serving).await
    }

    pub async fn start_serving(options: EdgeOptions, serving: ServeOptions) -> Self {
        let gate = Arc::new(Gate::default());
        let (bumped, news) = (Arc::new(Counter::default()), broadcast::channel(4_096).0);
        let flood_ended = CancellationToken::new();
        let schema = Schema::build(Query, Mutation, Events)
            .data(Arc::clone(&bumped))
            .data(Arc::clone(&gate))
            .data(news.clone())
            .data(flood_ended.clone())
            .validation_mode(ValidationMode::Fast)
            .finish();
        let library = async_graphql_axum::GraphQL::new(schema.clone());
        let costs = CostModel::from_sdl(&schema.sdl()).unwrap();
        let preparer = Preparer::new(&schema.sdl(), options.limits.clone(), true).unwrap();
        let preparer = preparer.with_scalars(checks());
        let rest = Table::load(&[], &schema.sdl()).unwrap();
        let (may_go_on, revocation) = (AtomicBool::new(true), CancellationToken::new());
        let happenings = Happenings::default();
        let application = Arc::new(Application { schema, may_go_on, revocation, happenings });
        let shutdown = CancellationToken::new();
        let gateway: Arc<dyn Gateway> = application.clone();
        let edge = Edge::new(gateway, preparer, costs, rest, options, shutdown.clone());
        let ready = Arc::new(AtomicBool::new(true));
        let recorder = PrometheusBuilder::new().build_recorder();
        let metrics = health::Metrics { recorded: recorder.handle(), access: health::MetricsAccess::Anyone };
        let routes = router(&edge)
            .merge(health::router(Arc::new(Ready(Arc::clone(&ready))), metrics))
            .merge(Router::new().route_service("/library", library))
            .merge(Router::new().route("/panic", get(|| async { panic!("a handler panics") as () })));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let tasks = edge.tasks().clone();
        let server = tokio::spawn(serve(listener, surround(routes, &edge), serving, tasks, shutdown.clone()));
        let client = HttpClient::new().unwrap();
        Self {
            address,
            application,
            ready,
            bumped,
            gate,
            news,
            flood_ended,
            shutdown,
            server: Some(server),
            client,
        }
    }

    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let url = format!("http://{}{path}", self.address).parse().unwrap();
        let mut request = self.client.request(method, url).body(body.to_owned());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.client.send(request, Duration::from_secs(10)).await.unwrap()
    }

    /// Posts a JSON body, accepting the media type that shows statuses.
    pub async fn post(&self, body: &Value) -> Reply {
        let headers = [("content-type", JSON), ("accept", GRAPHQL_RESPONSE)];
        self.send(Method::POST, "/graphql", &headers, &body.to_string()).await
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

pub const JSON: &str = "application/json";
pub const GRAPHQL_RESPONSE: &str = "application/graphql-response+json";

/// An answer's JSON.
pub fn json(reply: &Reply) -> Value {
    reply.json().unwrap()
}

/// The first error's code.
pub fn code(reply: &Reply) -> String {
    json(reply)["errors"][0]["extensions"]["code"].as_str().unwrap().to_owned()
}
