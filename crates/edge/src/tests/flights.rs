//! Who runs a question that several ask at the same time.

use crate::parameters::Parameters;
use crate::rest::Table;
use crate::{AuthFailure, Edge, EdgeOptions, Gateway, RequestScope, Told};
use async_graphql::{Request, Response, value};
use async_trait::async_trait;
use fanfare_domain::actor::{Actor, Credential};
use fanfare_domain::id::{SessionId, UserId, WorkspaceId};
use fanfare_domain::language::Language;
use fanfare_domain::noun::Noun;
use fanfare_domain::replay_mark::ReplayMark;
use fanfare_domain::seq_recorder::SeqRecorder;
use fanfare_operation::Preparer;
use fanfare_query_limits::CostModel;
use fanfare_services::event::Happened;
use futures_util::stream::{self, BoxStream, StreamExt as _};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, yield_now};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

const SDL: &str = "type Query { hello: String! }";
/// Turns of the runtime in which everything that can go on has gone on.
const TURNS: usize = 100;

/// An application whose queries wait, and of whose answers none is kept.
struct Slow {
    begun: AtomicU32,
    may_end: Semaphore,
}

#[async_trait]
impl Gateway for Slow {
    async fn authenticate(&self, _token: Option<&str>) -> Result<Option<Actor>, AuthFailure> {
        Ok(None)
    }

    async fn still_valid(&self, _actor: &Actor) -> bool {
        true
    }

    fn keeps_answers(&self) -> bool {
        true
    }

    fn nouns_of<'a>(&self, _selected: &mut dyn Iterator<Item = (&'a str, &'a str)>) -> Option<Arc<[Noun]>> {
        Some(Arc::from([Noun::Posts]))
    }

    fn prepare(&self, request: Request, _scope: &RequestScope) -> Request {
        request
    }

    async fn execute(&self, _request: Request) -> Response {
        self.begun.fetch_add(1, Ordering::SeqCst);
        self.may_end.acquire().await.unwrap().forget();
        Response::new(value!({ "hello": "world" }))
    }

    async fn subscribe(&self, _request: Request) -> BoxStream<'static, Told> {
        stream::empty().boxed()
    }

    async fn show(&self, _request: Request, _happened: &Happened) -> Option<Response> {
        None
    }
}

impl Slow {
    /// How many runs have begun once nothing goes on any more.
    async fn begun(&self) -> u32 {
        for _ in 0..TURNS {
            yield_now().await;
        }
        self.begun.load(Ordering::SeqCst)
    }
}

fn scope() -> RequestScope {
    let actor = Actor {
        user_id: UserId(7),
        credential: Credential::Session(SessionId(1)),
        default_workspace: WorkspaceId(1),
        expires_at: None,
        ip_address: None,
    };
    RequestScope {
        actor: Some(actor),
        refused: None,
        request_id: Arc::from("r"),
        client: IpAddr::V4(Ipv4Addr::LOCALHOST),
        seq: SeqRecorder::default(),
        replayed: ReplayMark::default(),
        language: Language::default(),
        min_seq: None,
    }
}

fn ask(edge: &Arc<Edge>) -> JoinHandle<String> {
    let edge = Arc::clone(edge);
    tokio::spawn(async move {
        let parameters = Parameters { query: Some("{ hello }".to_owned()), ..Parameters::default() };
        let operation = edge.admit(parameters).unwrap();
        String::from_utf8(edge.run(operation, &scope()).await.unwrap().json()).unwrap()
    })
}

#[tokio::test]
async fn who_goes_leaves_the_run_to_one_of_the_others_and_an_answer_that_is_not_kept_to_each() {
    let options = EdgeOptions::default();
    let preparer = Preparer::new(SDL, options.limits.clone(), false).unwrap();
    let costs = CostModel::from_sdl(SDL).unwrap();
    let rest = Table::load(&[], SDL).unwrap();
    let slow = Arc::new(Slow { begun: AtomicU32::new(0), may_end: Semaphore::new(0) });
    let gateway: Arc<dyn Gateway> = slow.clone();
    let edge = Edge::new(gateway, preparer, costs, rest, options, CancellationToken::new());
    let first = ask(&edge);
    assert_eq!(slow.begun().await, 1);
    let others = [ask(&edge), ask(&edge), ask(&edge)];
    assert_eq!(slow.begun().await, 1, "the others wait");
    first.abort();
    assert_eq!(slow.begun().await, 2, "one of the others runs it");
    slow.may_end.add_permits(1);
    assert_eq!(slow.begun().await, 4, "the rest run it side by side");
    slow.may_end.add_permits(2);
    for other in others {
        let answer = timeout(Duration::from_secs(10), other).await.unwrap().unwrap();
        assert!(answer.starts_with(r#"{"data":{"hello":"world"}"#), "{answer}");
    }
}
