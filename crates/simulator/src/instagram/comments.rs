//! GET /{media}/comments, GET and POST /{comment}/replies.

use super::media::own_post;
use super::request::GraphRequest;
use super::text::CHANGES;
use super::{Instagram, errors};
use crate::base_url::base_url;
use crate::core::answer::{Outcome, json};
use crate::core::inbox::{find, inbox};
use crate::core::network::Network as _;
use crate::core::record::{Author, Message, Record};
use crate::core::state::State;
use crate::core::step::Step;
use axum::http::StatusCode;
use fanfare_domain::inbox::InboxMessageType;
use fanfare_domain::platform::Platform;
use serde_json::{Value, json};

/// The longest comment, in characters.
const LONGEST: usize = 2_200;

/// GET /{media}/comments: newest first, `limit` (50 at most), `after`; `replies` among the fields gives each comment's.
pub async fn list(request: &GraphRequest, media: &str) -> Outcome {
    let simulator = &request.simulator;
    let now = simulator.now();
    request.require("instagram_business_manage_comments")?;
    let known = simulator.store().read(|state| own_post(state, request, media).is_some());
    if !known {
        return Err(errors::unknown_object(media).into());
    }
    let response = simulator.pass(request.call(Step::Inbox), async |_| {
        let all = simulator.store().read(|state| inbox(state, &Instagram, &request.remote_id, now));
        let under: Vec<&Message> = all.iter().filter(|it| it.post.as_deref() == Some(media)).collect();
        let top = under.iter().filter(|it| it.parent.is_none());
        let shape = |comment: &&Message| shape(request, comment, &under);
        Ok(json(StatusCode::OK, &page(request, media, "comments", top.map(shape).collect())))
    });
    Ok(response.await)
}

/// GET /{comment}/replies: oldest first.
pub async fn replies(request: &GraphRequest, comment: &str) -> Outcome {
    let simulator = &request.simulator;
    let now = simulator.now();
    request.require("instagram_business_manage_comments")?;
    let response = simulator.pass(request.call(Step::ReadBack), async |_| {
        let mut all = simulator.store().read(|state| inbox(state, &Instagram, &request.remote_id, now));
        if !all.iter().any(|it| it.id == comment && it.kind == InboxMessageType::Comment) {
            return Err(errors::unknown_object(comment).into());
        }
        all.reverse();
        let below = all.iter().filter(|it| it.parent.as_deref() == Some(comment));
        let data = below.map(|it| shape(request, it, &[])).collect();
        Ok(json(StatusCode::OK, &page(request, comment, "replies", data)))
    });
    Ok(response.await)
}

/// POST /{comment}/replies: `message`. Only a comment that stands under a medium itself takes replies.
pub async fn reply(request: &GraphRequest, comment: &str) -> Outcome {
    let simulator = &request.simulator;
    request.require("instagram_business_manage_comments")?;
    let text = request.form.get("message").ok_or_else(|| errors::missing_parameter("message"))?;
    if text.chars().count() > LONGEST {
        return Err(errors::plain(100, "(#100) The comment is too long.").into());
    }
    let text = CHANGES.stored(text);
    let response = simulator.pass(request.call(Step::Reply), async |_| {
        let now = simulator.now();
        simulator.store().transaction(|transaction| {
            let found = find(transaction.state, &Instagram, &request.remote_id, comment, now);
            let found = found.filter(|it| it.kind == InboxMessageType::Comment && it.parent.is_none());
            let found = found.ok_or_else(|| errors::unknown_object(comment))?;
            let author = own(transaction.state, request).ok_or_else(errors::expired_token)?;
            let seed = format!("reply:{}", transaction.next_number());
            let id = Instagram.message_id(&seed, now);
            transaction.put(Record::Message(Message {
                id: id.clone(),
                platform: Platform::Instagram,
                remote_id: request.remote_id.clone(),
                kind: InboxMessageType::Comment,
                author,
                text: text.clone(),
                post: found.post,
                parent: Some(found.id),
                with: None,
                created_at: now,
            }));
            transaction.effective(Platform::Instagram, &request.remote_id, Step::Reply);
            Ok(json(StatusCode::OK, &json!({ "id": id })))
        })
    });
    Ok(response.await)
}

/// The caller as an author.
pub fn own(state: &State, request: &GraphRequest) -> Option<Author> {
    let account = state.account(Platform::Instagram, &request.remote_id)?;
    Some(Author {
        remote_id: account.remote_id.clone(),
        handle: account.handle.clone(),
        name: account.name.clone(),
    })
}

/// `limit` items behind `after`.
fn page(request: &GraphRequest, id: &str, edge: &str, all: Vec<Value>) -> Value {
    let limit = request.form.get("limit").and_then(|text| text.parse().ok()).unwrap_or(25).clamp(1, 50);
    let offset: usize =
        request.form.get("after").and_then(|text| text.strip_prefix("QVFI")?.parse().ok()).unwrap_or(0);
    let total = all.len();
    let data: Vec<Value> = all.into_iter().skip(offset).take(limit).collect();
    let end = offset + data.len();
    let mut body = json!({ "data": data });
    if end > offset {
        body["paging"] =
            json!({ "cursors": { "before": format!("QVFI{offset}"), "after": format!("QVFI{end}") } });
    }
    if end < total {
        let path = format!("instagram/{id}/{edge}?after=QVFI{end}");
        body["paging"]["next"] = base_url(&request.headers, &path).into();
    }
    body
}

fn shape(request: &GraphRequest, comment: &Message, under: &[&Message]) -> Value {
    let wanted = request.form.get("fields").unwrap_or("id,text,timestamp");
    let mut body = json!({
        "id": comment.id,
        "text": comment.text,
        "timestamp": comment.created_at.0.format("%Y-%m-%dT%H:%M:%S+0000").to_string(),
        "username": comment.author.handle,
        "from": { "id": comment.author.remote_id, "username": comment.author.handle },
    });
    let below = under.iter().filter(|it| it.parent.as_deref() == Some(comment.id.as_str()));
    let below: Vec<Value> = below.map(|it| shape(request, it, &[])).collect();
    if wanted.contains("replies") && !below.is_empty() {
        body["replies"] = json!({ "data": below });
    }
    body
}
