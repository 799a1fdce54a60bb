//! WebSocket sessions at random: whatever a client says, right or wrong, the server keeps to the protocol.

use super::socket::Client;
use super::trial::Trial;
use crate::EdgeOptions;
use futures_util::{SinkExt, StreamExt};
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

const PATIENCE: Duration = Duration::from_secs(10);
const IDS: [&str; 3] = ["a", "b", "c"];

/// What a client does next.
#[derive(Clone, Debug)]
enum Act {
    Init(&'static str),
    Ping,
    Pong,
    /// The id's place in [`IDS`], and the document.
    Subscribe(usize, &'static str),
    Complete(usize),
    /// Text that the protocol does not know.
    Nonsense(String),
    Binary,
}

/// Documents that end by themselves, with what their end is called.
const FINITE: [(&str, &str); 6] = [
    ("{hello}", "complete"),
    ("subscription{count(to:3)}", "complete"),
    ("subscription{count(to:0)}", "complete"),
    ("{broken}", "complete"),
    ("subscription{nothing}", "error"),
    ("{", "error"),
];
const ENDLESS: [&str; 2] = ["subscription{silence}", "{never}"];

fn act() -> impl Strategy<Value = Act> {
    let nonsense = prop_oneof![
        any::<String>().prop_filter("not a message by chance", |text| !text.starts_with('{')),
        Just(r#"{"type":"subscribe","id":"","payload":{"query":"{hello}"}}"#.to_owned()),
        Just(r#"{"type":"subscribe","id":"a","payload":{"query":7}}"#.to_owned()),
        Just(r#"{"type":"complete"}"#.to_owned()),
        Just(r#"{"type":"connection_ack"}"#.to_owned()),
        Just(r#"{"type":"ping","payload":[]}"#.to_owned()),
        Just("[".repeat(5_000)),
    ];
    prop_oneof![
        1 => Just(Act::Init("good")),
        1 => Just(Act::Ping),
        1 => Just(Act::Pong),
        8 => (0..IDS.len(), 0..FINITE.len()).prop_map(|(id, n)| Act::Subscribe(id, FINITE[n].0)),
        2 => (0..IDS.len(), 0..ENDLESS.len()).prop_map(|(id, n)| Act::Subscribe(id, ENDLESS[n])),
        5 => (0..IDS.len()).prop_map(Act::Complete),
        1 => nonsense.prop_map(Act::Nonsense),
        1 => Just(Act::Binary),
    ]
}

/// Most sessions begin as they should, so that they come further.
fn session() -> impl Strategy<Value = Vec<Act>> {
    let beginning = prop_oneof![8 => Just(Some("good")), 1 => Just(Some("bad")), 1 => Just(None)];
    (beginning, proptest::collection::vec(act(), 0..16))
        .prop_map(|(token, acts)| token.map(Act::Init).into_iter().chain(acts).collect())
}

/// What the protocol says of a session.
#[derive(Debug, Default)]
struct Expected {
    /// The code of the first breach.
    code: Option<u16>,
    /// An id was used again while its operation may or may not have ended: 4409 is as good as no breach.
    perhaps_taken: bool,
    subscribed: HashMap<&'static str, usize>,
    /// Operations that may end without a word: they never end, or the client completed them.
    unanswered: HashMap<&'static str, usize>,
}

fn expected(acts: &[Act]) -> Expected {
    let mut expected = Expected::default();
    let mut acknowledged = false;
    // Whether an operation ends by itself, by id; gone once the client completed it.
    let mut at_work: HashMap<&str, bool> = HashMap::new();
    for act in acts {
        let breach = match act {
            Act::Init(_) if acknowledged => Some(4429),
            Act::Init("bad") => Some(4403),
            Act::Init(_) => {
                acknowledged = true;
                None
            }
            Act::Ping | Act::Pong => None,
            Act::Nonsense(_) | Act::Binary => Some(4400),
            Act::Subscribe(..) if !acknowledged => Some(4401),
            Act::Subscribe(id, query) => {
                let id = IDS[*id];
                let finite = FINITE.iter().any(|(finite, _)| finite == query);
                match at_work.insert(id, finite) {
                    Some(false) => Some(4409),
                    before => {
                        expected.perhaps_taken |= before == Some(true);
                        *expected.subscribed.entry(id).or_default() += 1;
                        *expected.unanswered.entry(id).or_default() += usize::from(!finite);
                        None
                    }
                }
            }
            Act::Complete(id) => {
                let id = IDS[*id];
                if at_work.remove(id) == Some(true) {
                    *expected.unanswered.entry(id).or_default() += 1;
                }
                None
            }
        };
        if breach.is_some() {
            return Expected { code: breach, ..expected };
        }
    }
    expected
}

fn frame(act: &Act) -> Message {
    let message = match act {
        Act::Init(token) => {
            json!({"type": "connection_init", "payload": {"Authorization": format!("Bearer {token}")}})
        }
        Act::Ping => json!({"type": "ping"}),
        Act::Pong => json!({"type": "pong", "payload": {}}),
        Act::Subscribe(id, query) => {
            json!({"type": "subscribe", "id": IDS[*id], "payload": {"query": query}})
        }
        Act::Complete(id) => json!({"type": "complete", "id": IDS[*id]}),
        Act::Nonsense(text) => return Message::text(text.clone()),
        Act::Binary => return Message::binary(vec![0, 1, 2]),
    };
    Message::text(message.to_string())
}

/// What the server said, until it closed or had answered `acts` and everything that they left to end.
struct Heard {
    messages: Vec<Value>,
    code: Option<u16>,
}

impl Heard {
    fn ends(&self, id: &str) -> usize {
        let ends = self
            .messages
            .iter()
            .filter(|message| message["type"] == "complete" || message["type"] == "error");
        ends.filter(|message| message["id"] == id).count()
    }

    fn is_answered(&self, expected: &Expected) -> bool {
        IDS.iter().all(|id| {
            let count = |of: &HashMap<&'static str, usize>| of.get(id).copied().unwrap_or_default();
            self.ends(id) + count(&expected.unanswered) >= count(&expected.subscribed)
        })
    }
}

async fn play(trial: &Trial, acts: &[Act], expected: &Expected) -> Heard {
    let mut client = Client::connect(trial).await;
    for act in acts {
        if client.0.send(frame(act)).await.is_err() {
            break; // closed already
        }
    }
    let marker = json!({"type": "pong", "payload": {"last": true}});
    let ping = Message::text(json!({"type": "ping", "payload": {"last": true}}).to_string());
    let _ = client.0.send(ping.clone()).await;
    let mut heard = Heard { messages: Vec::new(), code: None };
    let mut pongs = 0;
    while let Some(Ok(message)) =
        timeout(PATIENCE, client.0.next()).await.expect("the server goes on or closes")
    {
        match message {
            Message::Close(frame) => {
                heard.code = Some(frame.map_or(0, |frame| frame.code.into()));
                break;
            }
            Message::Text(text) => heard.messages.push(serde_json::from_str(&text).expect("JSON")),
            other => panic!("{other:?}"),
        }
        pongs += usize::from(heard.messages.last() == Some(&marker));
        // A second pong shows that nothing comes behind the last end.
        if pongs == 1 && heard.is_answered(expected) {
            pongs = 2;
            let _ = client.0.send(ping.clone()).await;
        } else if pongs == 3 {
            break;
        }
    }
    heard
}

/// Each `next` and each end belongs to an operation that was asked for and had not ended.
fn judge(acts: &[Act], expected: &Expected, heard: &Heard) -> TestCaseResult {
    match (expected.code, heard.code) {
        (want, got) if want == got => {}
        (_, Some(4409)) if expected.perhaps_taken => {}
        (want, got) => prop_assert!(false, "{want:?} is due, {got:?} came; {acts:?}"),
    }
    for id in IDS {
        let mut left = acts.iter().filter(|act| matches!(act, Act::Subscribe(n, _) if IDS[*n] == id)).count();
        let (mut counted, mut ended) = (0, false);
        for message in heard.messages.iter().filter(|message| message["id"] == id) {
            prop_assert!(left > 0, "{message} behind the last end of {id}");
            if let Some(count) = message["payload"]["data"]["count"].as_u64() {
                // A count that the client completed may be followed by the next one.
                prop_assert!(count == counted || (count == 0 && !ended), "{message} behind {counted}");
                counted = count + 1;
            }
            ended = message["type"] == "complete" || message["type"] == "error";
            if ended {
                (left, counted) = (left - 1, 0);
            }
        }
    }
    if heard.code.is_none() {
        prop_assert!(heard.is_answered(expected), "{acts:?}: {:?}", heard.messages);
    }
    Ok(())
}

#[test]
fn any_session_goes_on_or_ends_with_the_code_of_its_breach() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let trial = runtime.block_on(Trial::start(EdgeOptions::default()));
    let config = ProptestConfig { cases: 300, max_shrink_iters: 200, ..ProptestConfig::default() };
    proptest!(config, |(acts in session())| {
        let expected = expected(&acts);
        let heard = runtime.block_on(play(&trial, &acts, &expected));
        judge(&acts, &expected, &heard)?;
    });
    let reply = runtime.block_on(trial.post(&json!({"query": "{hello}"})));
    assert_eq!(reply.status, 200, "the server is well");
}
