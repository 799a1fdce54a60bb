//! GET /2/dm_events, GET /2/dm_conversations/with/:id/dm_events and POST /2/dm_conversations/with/:id/messages.

use super::page::Page;
use super::request::{Caller, authenticate};
use super::shape::time;
use super::text::CHANGES;
use super::{X, errors};
use crate::Simulator;
use crate::core::answer::json;
use crate::core::inbox::inbox;
use crate::core::network::Network as _;
use crate::core::record::{Author, Message, Record};
use crate::core::step::Step;
use crate::oauth::form::Form;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use fanfare_domain::inbox::InboxMessageType;
use fanfare_domain::platform::Platform;
use serde::Deserialize;
use serde_json::{Value, json};

/// The longest message, in characters.
const LONGEST: usize = 10_000;

#[derive(Deserialize)]
struct Body {
    text: String,
}

/// All conversations of the caller.
pub async fn list(
    State(simulator): State<Simulator>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    events(&simulator, &headers, query.as_deref(), None, Step::Inbox).await
}

/// The conversation with one person.
pub async fn with(
    State(simulator): State<Simulator>,
    Path(person): Path<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    events(&simulator, &headers, query.as_deref(), Some(&person), Step::ReadBack).await
}

async fn events(
    simulator: &Simulator,
    headers: &HeaderMap,
    query: Option<&str>,
    person: Option<&str>,
    step: Step,
) -> Response {
    let form = Form::of_query(query);
    let allowed = authenticate(simulator, headers, &["dm.read", "tweet.read", "users.read"]);
    let (caller, page) = match allowed.and_then(|caller| Ok((caller, Page::read(&form)?))) {
        Ok(both) => both,
        Err(refusal) => return refusal.into_response(),
    };
    let now = simulator.now();
    simulator
        .pass(caller.call(step), async |_| {
            let all = simulator.store().read(|state| inbox(state, &X, &caller.remote_id, now));
            let messages = all
                .into_iter()
                .filter(|it| it.kind == InboxMessageType::Dm)
                .filter(|it| person.is_none_or(|person| it.with.as_deref() == Some(person)));
            Ok(json(StatusCode::OK, &page.of(messages, |message| event(&caller, message))))
        })
        .await
}

fn event(caller: &Caller, message: &Message) -> Value {
    json!({
        "id": message.id,
        "event_type": "MessageCreate",
        "text": message.text,
        "sender_id": message.author.remote_id,
        "created_at": time(message.created_at),
        "dm_conversation_id": conversation(caller, message.with.as_deref().unwrap_or_default()),
    })
}

/// Both ids, the lower number first.
fn conversation(caller: &Caller, person: &str) -> String {
    let number = |id: &str| id.parse::<u64>().unwrap_or_default();
    let own = caller.remote_id.as_str();
    if number(own) < number(person) { format!("{own}-{person}") } else { format!("{person}-{own}") }
}

pub async fn send(
    State(simulator): State<Simulator>,
    Path(person): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let scopes = ["dm.write", "dm.read", "tweet.read", "users.read"];
    let caller = match authenticate(&simulator, &headers, &scopes) {
        Ok(caller) => caller,
        Err(refusal) => return refusal.into_response(),
    };
    let text =
        serde_json::from_slice::<Body>(&body).map(|body| CHANGES.stored(&body.text)).unwrap_or_default();
    if text.trim().is_empty() || text.chars().count() > LONGEST {
        return errors::invalid("text", "", "The `text` has to be 1 to 10000 characters.");
    }
    simulator
        .pass(caller.call(Step::Reply), async |_| {
            let now = simulator.now();
            simulator.store().transaction(|transaction| {
                let account = transaction.state.account(Platform::Twitter, &caller.remote_id);
                let account = account.ok_or_else(errors::unauthorized)?;
                let author = Author {
                    remote_id: account.remote_id.clone(),
                    handle: account.handle.clone(),
                    name: account.name.clone(),
                };
                let seed = format!("sent:{}", transaction.next_number());
                let id = X.message_id(&seed, now);
                transaction.put(Record::Message(Message {
                    id: id.clone(),
                    platform: Platform::Twitter,
                    remote_id: caller.remote_id.clone(),
                    kind: InboxMessageType::Dm,
                    author,
                    text: text.clone(),
                    post: None,
                    parent: None,
                    with: Some(person.clone()),
                    created_at: now,
                }));
                transaction.effective(Platform::Twitter, &caller.remote_id, Step::Reply);
                let data = json!({ "dm_conversation_id": conversation(&caller, &person), "dm_event_id": id });
                Ok(json(StatusCode::CREATED, &json!({ "data": data })))
            })
        })
        .await
}
