//! GET /2/users/:id/mentions: replies to the user's posts, and posts that mention them.

use super::page::Page;
use super::request::authenticate;
use super::shape::time;
use super::{X, errors};
use crate::Simulator;
use crate::core::answer::json;
use crate::core::inbox::inbox;
use crate::core::record::Message;
use crate::core::step::Step;
use crate::oauth::form::Form;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use fanfare_domain::inbox::InboxMessageType;
use serde_json::{Value, json};

pub async fn list(
    State(simulator): State<Simulator>,
    Path(user): Path<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let form = Form::of_query(query.as_deref());
    let allowed = authenticate(&simulator, &headers, &["tweet.read", "users.read"]);
    let (caller, page) = match allowed.and_then(|caller| Ok((caller, Page::read(&form)?))) {
        Ok(both) => both,
        Err(refusal) => return refusal.into_response(),
    };
    if user != caller.remote_id {
        return errors::forbidden("The simulator shows only one's own mentions.");
    }
    let fields: Vec<&str> = form.get("tweet.fields").unwrap_or_default().split(',').collect();
    let now = simulator.now();
    simulator
        .pass(caller.call(Step::Inbox), async |_| {
            let all = simulator.store().read(|state| inbox(state, &X, &user, now));
            let mentions = all
                .into_iter()
                .filter(|it| it.kind != InboxMessageType::Dm && it.author.remote_id != user)
                .filter(|it| page.covers(&it.id, it.created_at));
            Ok(json(StatusCode::OK, &page.of(mentions, |message| shape(message, &fields))))
        })
        .await
}

/// A mention as a post of its author.
fn shape(message: &Message, fields: &[&str]) -> Value {
    let mut data = json!({ "id": message.id, "text": message.text, "edit_history_tweet_ids": [message.id] });
    let answered = message.parent.as_ref().or(message.post.as_ref());
    for field in fields {
        data[*field] = match *field {
            "created_at" => json!(time(message.created_at)),
            "author_id" => json!(message.author.remote_id),
            "conversation_id" => json!(message.post.as_ref().unwrap_or(&message.id)),
            "in_reply_to_user_id" if answered.is_some() => json!(message.remote_id),
            "referenced_tweets" if answered.is_some() => json!([{ "type": "replied_to", "id": answered }]),
            _ => continue,
        };
    }
    data
}
