//! Events of the small application, each answered once for all who may share the answer.

use super::socket::{Client, PATIENCE};
use super::trial::{JSON, Trial};
use crate::{EdgeOptions, Told};
use async_graphql::parser::types::Selection;
use async_graphql::{Context, Error, Object, Request};
use fanfare_domain::actor::Actor;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{ActivityKind, Event, Seq, Subject};
use fanfare_domain::id::WorkspaceId;
use fanfare_services::event::Happened;
use futures_util::stream::{BoxStream, StreamExt};
use parking_lot::Mutex;
use reqwest::Method;
use serde_json::{Value, json};
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::time::timeout;
use tokio_stream::wrappers::BroadcastStream;

/// The event that is to be shown.
#[derive(Clone, Copy)]
pub struct Shown(Seq);

/// An event, as the schema shows it.
pub struct Happening(Seq);

#[Object]
impl Happening {
    async fn seq(&self) -> Seq {
        self.0
    }

    async fn times(&self, by: i64) -> i64 {
        self.0 * by
    }

    /// Is the same for everyone who is signed in.
    async fn place(&self, ctx: &Context<'_>) -> Result<Option<&'static str>, Error> {
        ctx.data::<Actor>()?;
        Ok(Some("here"))
    }

    /// Needs the asker.
    async fn asker(&self, ctx: &Context<'_>) -> Result<Option<i64>, Error> {
        Ok(Some(ctx.data::<Actor>()?.user_id.0))
    }

    /// Takes for ever for everyone who is signed in.
    async fn stuck(&self, ctx: &Context<'_>) -> Result<Option<i64>, Error> {
        ctx.data::<Actor>()?;
        pending().await
    }
}

/// What happens, and how often it was shown.
pub struct Happenings {
    /// `None` once nothing more happens.
    told: Mutex<Option<broadcast::Sender<Arc<Happened>>>>,
    shown: AtomicU32,
}

impl Default for Happenings {
    fn default() -> Self {
        Self { told: Mutex::new(Some(broadcast::channel(64).0)), shown: AtomicU32::new(0) }
    }
}

impl Happenings {
    /// What a subscription to them is told; `None`: it is one to something else.
    pub fn follow(&self, request: &mut Request) -> Option<BoxStream<'static, Told>> {
        let document = request.parsed_query().unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        let Selection::Field(field) = &operation.node.selection_set.node.items[0].node else {
            panic!("a normal form has no fragments");
        };
        if field.node.name.node != "happenings" {
            return None;
        }
        let told = BroadcastStream::new(self.told.lock().as_ref().unwrap().subscribe());
        Some(told.map(|happened| Told::Event(happened.unwrap())).boxed())
    }

    /// A request that shows an event.
    pub fn showing(&self, request: Request, happened: &Happened) -> Request {
        self.shown.fetch_add(1, Ordering::SeqCst);
        request.data(Shown(happened.event().seq))
    }

    fn happen(&self, seq: Seq) {
        let event = Event {
            workspace_id: WorkspaceId(1),
            seq,
            kind: ActivityKind::PostCreated,
            subject: Subject::default(),
            actor: None,
            payload: None,
            json: Value::Null,
            at: Timestamp::from_micros(0).unwrap(),
        };
        self.told.lock().as_ref().unwrap().send(Arc::new(Happened::new(event))).unwrap();
    }

    /// Every subscription ends.
    fn end(&self) {
        self.told.lock().take();
    }

    async fn are_followed_by(&self, subscribers: usize) {
        let all = async {
            while self.told.lock().as_ref().unwrap().receiver_count() < subscribers {
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, all).await.expect("every subscription begins");
    }
}

/// What the field of the subscription shows.
pub fn shown(ctx: &Context<'_>) -> Option<Happening> {
    ctx.data_opt::<Shown>().map(|shown| Happening(shown.0))
}

async fn follow(trial: &Trial, token: Value, query: &str, variables: Value) -> Client {
    let mut client = Client::with_token(trial, token).await;
    let payload = json!({ "query": query, "variables": variables });
    client.say(json!({ "id": "1", "type": "subscribe", "payload": payload })).await;
    client
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_shown_once_for_all_who_select_the_same() {
    let trial = Trial::start(EdgeOptions::default()).await;
    let by = "subscription($by: Int!, $after: Int) { happenings(after: $after) { times(by: $by) } }";
    let mut clients = Vec::new();
    for n in 0..20 {
        let token = if n % 2 == 0 { json!({ "Authorization": "Bearer good" }) } else { json!({}) };
        let (query, variables, times) = match n % 4 {
            0 => (by, json!({ "by": 2, "after": n }), 2),
            1 => (by, json!({ "by": 3, "after": n }), 3),
            _ => ("subscription { happenings { times: seq } }", json!({}), 1),
        };
        clients.push((follow(&trial, token, query, variables).await, times));
    }
    let happenings = &trial.application.happenings;
    happenings.are_followed_by(clients.len()).await;
    for seq in 1..=3 {
        happenings.happen(seq);
        for (client, times) in &mut clients {
            let expected = json!({ "data": { "happenings": { "times": seq * *times } } });
            assert_eq!(client.hear().await, json!({ "type": "next", "id": "1", "payload": expected }));
        }
        // Two values of the variable, and another selection.
        assert_eq!(i64::from(happenings.shown.load(Ordering::SeqCst)), 3 * seq);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_depends_on_the_asker_or_has_an_error_is_for_one() {
    let trial = Trial::start(EdgeOptions::default()).await;
    let query = "subscription { happenings { seq asker } }";
    let mut known = follow(&trial, json!({ "Authorization": "Bearer good" }), query, json!({})).await;
    let mut unknown = Vec::new();
    for _ in 0..2 {
        unknown.push(follow(&trial, json!({}), query, json!({})).await);
    }
    let happenings = &trial.application.happenings;
    happenings.are_followed_by(3).await;
    happenings.happen(5);
    let data = known.hear().await["payload"].take();
    assert_eq!(data, json!({ "data": { "happenings": { "seq": 5, "asker": 7 } } }));
    let mut requests = Vec::new();
    for client in &mut unknown {
        let payload = client.hear().await["payload"].take();
        assert_eq!(payload["data"], json!({ "happenings": { "seq": 5, "asker": null } }));
        assert_eq!(payload["errors"][0]["path"], json!(["happenings", "asker"]));
        requests.push(payload["errors"][0]["extensions"]["requestId"].clone());
    }
    assert!(requests[0].is_string() && requests[0] != requests[1], "{requests:?}");
    // Once to see that it is not for all, and once for each.
    assert_eq!(happenings.shown.load(Ordering::SeqCst), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_for_those_with_the_same_rights_is_run_once_for_them_and_shown_to_nobody_else() {
    let trial = Trial::start(EdgeOptions::default()).await;
    let query = "subscription { happenings { seq place } }";
    let mut clients = Vec::new();
    for n in 0..12 {
        let is_known = n % 6 != 1;
        let token = if is_known { json!({ "Authorization": "Bearer good" }) } else { json!({}) };
        clients.push((follow(&trial, token, query, json!({})).await, is_known));
    }
    let happenings = &trial.application.happenings;
    happenings.are_followed_by(clients.len()).await;
    for seq in 1..=3 {
        happenings.happen(seq);
        for (client, is_known) in &mut clients {
            let payload = client.hear().await["payload"].take();
            let place = if *is_known { json!("here") } else { Value::Null };
            assert_eq!(payload["data"], json!({ "happenings": { "seq": seq, "place": place } }));
            assert_eq!(payload.get("errors").is_none(), *is_known, "{payload}");
        }
        // Once to see that it is not for all, once for those who are signed in, and once for each of the two others.
        assert_eq!(i64::from(happenings.shown.load(Ordering::SeqCst)), 4 * seq);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_takes_too_long_is_given_up_and_nobody_waits_for_it_any_more() {
    let options = EdgeOptions { request_timeout: Duration::from_millis(100), ..EdgeOptions::default() };
    let trial = Trial::start(options).await;
    let (token, query) = (json!({ "Authorization": "Bearer good" }), "subscription { happenings { stuck } }");
    let mut clients = Vec::new();
    for _ in 0..3 {
        clients.push(follow(&trial, token.clone(), query, json!({})).await);
    }
    let happenings = &trial.application.happenings;
    happenings.are_followed_by(clients.len()).await;
    happenings.happen(1);
    for client in &mut clients {
        let told = client.hear().await;
        assert_eq!(told["type"], "error", "{told}");
        assert_eq!(told["payload"][0]["extensions"]["code"], "TIMEOUT");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sockets_and_event_streams_share_an_answer() {
    let trial = Arc::new(Trial::start(EdgeOptions::default()).await);
    let query = "subscription { happenings { seq } }";
    let mut socket = follow(&trial, json!({}), query, json!({})).await;
    let streamed = {
        let trial = Arc::clone(&trial);
        let body = json!({ "query": query }).to_string();
        tokio::spawn(async move {
            let headers = [("content-type", JSON)];
            trial.send(Method::POST, "/graphql/stream", &headers, &body).await
        })
    };
    let happenings = &trial.application.happenings;
    happenings.are_followed_by(2).await;
    happenings.happen(1);
    assert_eq!(socket.hear().await["payload"]["data"], json!({ "happenings": { "seq": 1 } }));
    happenings.end();
    assert_eq!(socket.hear().await, json!({ "type": "complete", "id": "1" }));
    let expected = "event: next\ndata: {\"data\":{\"happenings\":{\"seq\":1}}}\n\nevent: complete\ndata:\n\n";
    assert_eq!(&streamed.await.unwrap().body[..], expected.as_bytes());
    assert_eq!(happenings.shown.load(Ordering::SeqCst), 1);
}
