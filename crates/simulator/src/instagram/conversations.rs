//! GET /{ig}/conversations, GET /{conversation} and POST /{ig}/messages.

use super::comments::own;
use super::request::GraphRequest;
use super::text::CHANGES;
use super::{Instagram, errors};
use crate::core::answer::{Outcome, json};
use crate::core::hashing::sha256_base64url;
use crate::core::inbox::inbox;
use crate::core::network::Network as _;
use crate::core::record::{Message, Record};
use crate::core::step::Step;
use axum::http::StatusCode;
use axum::response::Response;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::inbox::InboxMessageType;
use fanfare_domain::platform::Platform;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// What the ids of conversations begin with.
const PREFIX: &str = "aWdfZAG06";
/// How long after a person's last message the account may answer.
const WINDOW: Duration = Duration::from_hours(24);
/// The longest message, in bytes.
const LONGEST: usize = 1_000;
/// Messages that a conversation tells anything of.
const TOLD: usize = 20;

pub fn is_conversation(id: &str) -> bool {
    id.starts_with(PREFIX)
}

fn conversation_id(account: &str, person: &str) -> String {
    let hash = sha256_base64url(&format!("{account}:{person}"));
    format!("{PREFIX}{}", hash.get(..24).unwrap_or_default())
}

fn time(at: Timestamp) -> String {
    at.0.format("%Y-%m-%dT%H:%M:%S+0000").to_string()
}

/// The account's conversations, newest message first.
fn conversations(request: &GraphRequest) -> BTreeMap<String, Vec<Message>> {
    let simulator = &request.simulator;
    let now = simulator.now();
    let all = simulator.store().read(|state| inbox(state, &Instagram, &request.remote_id, now));
    let mut found: BTreeMap<String, Vec<Message>> = BTreeMap::new();
    for message in all.into_iter().filter(|it| it.kind == InboxMessageType::Dm) {
        let id = conversation_id(&request.remote_id, message.with.as_deref().unwrap_or_default());
        found.entry(id).or_default().push(message);
    }
    found
}

/// GET /{ig}/conversations?platform=instagram.
pub async fn list(request: &GraphRequest) -> Response {
    if let Err(refusal) = request.require("instagram_business_manage_messages") {
        return axum::response::IntoResponse::into_response(refusal);
    }
    request
        .simulator
        .pass(request.call(Step::Inbox), async |_| {
            let data: Vec<Value> = conversations(request)
                .into_iter()
                .map(|(id, messages)| {
                    json!({ "id": id, "updated_time": messages.first().map(|it| time(it.created_at)) })
                })
                .collect();
            Ok(json(StatusCode::OK, &json!({ "data": data })))
        })
        .await
}

/// GET /{conversation}?fields=messages{...}: its latest messages.
pub async fn node(request: &GraphRequest, id: &str) -> Response {
    request
        .simulator
        .pass(request.call(Step::Inbox), async |_| {
            let messages = conversations(request).remove(id).ok_or_else(|| errors::unknown_object(id))?;
            let data: Vec<Value> = messages
                .iter()
                .take(TOLD)
                .map(|it| {
                    json!({
                        "id": it.id,
                        "created_time": time(it.created_at),
                        "from": { "id": it.author.remote_id, "username": it.author.handle },
                        "message": it.text,
                    })
                })
                .collect();
            Ok(json(StatusCode::OK, &json!({ "id": id, "messages": { "data": data } })))
        })
        .await
}

/// POST /{ig}/messages: `recipient.id` and `message.text`.
pub async fn send(request: &GraphRequest) -> Outcome {
    let simulator = &request.simulator;
    request.require("instagram_business_manage_messages")?;
    let read = |name: &str, field: &str| {
        let object: Value = serde_json::from_str(request.form.get(name)?).ok()?;
        object[field].as_str().map(str::to_owned)
    };
    let person = read("recipient", "id").ok_or_else(|| errors::missing_parameter("recipient"))?;
    let text = read("message", "text").ok_or_else(|| errors::missing_parameter("message"))?;
    if text.is_empty() || text.len() > LONGEST {
        return Err(errors::plain(100, "(#100) Length of param message[text] must be 1 to 1000").into());
    }
    let response = simulator.pass(request.call(Step::Reply), async |_| {
        let now = simulator.now();
        let conversation = conversations(request).remove(&conversation_id(&request.remote_id, &person));
        let last = conversation
            .and_then(|messages| messages.into_iter().find(|it| it.author.remote_id == person))
            .map(|message| message.created_at);
        if last.is_none_or(|last| now.since(last) > WINDOW) {
            let words = "(#10) This message is sent outside of allowed window.";
            return Err(errors::refusal(10, 2_534_022, words, "Outside of the window").into());
        }
        simulator.store().transaction(|transaction| {
            let author = own(transaction.state, request).ok_or_else(errors::expired_token)?;
            let seed = format!("sent:{}", transaction.next_number());
            let id = Instagram.message_id(&seed, now);
            transaction.put(Record::Message(Message {
                id: id.clone(),
                platform: Platform::Instagram,
                remote_id: request.remote_id.clone(),
                kind: InboxMessageType::Dm,
                author,
                text: CHANGES.stored(&text),
                post: None,
                parent: None,
                with: Some(person.clone()),
                created_at: now,
            }));
            transaction.effective(Platform::Instagram, &request.remote_id, Step::Reply);
            Ok(json(StatusCode::OK, &json!({ "recipient_id": person, "message_id": id })))
        })
    });
    Ok(response.await)
}
