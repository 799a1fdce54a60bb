//! commentThreads.list of a channel, comments.list of a thread, comments.insert.

use super::request::{ListRequest, authenticate, parts};
use super::text::CHANGES;
use super::{YouTube, errors};
use crate::Simulator;
use crate::core::answer::json;
use crate::core::inbox::{find, inbox};
use crate::core::network::Network as _;
use crate::core::record::{Author, Message, Record};
use crate::core::step::Step;
use crate::oauth::form::Form;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use fanfare_domain::inbox::InboxMessageType;
use fanfare_domain::platform::Platform;
use serde_json::{Value, json};

/// Replies that YouTube gives with a thread.
const REPLIES_SHOWN: usize = 5;
/// The longest comment, in characters.
const LONGEST: usize = 10_000;

/// GET /youtube/v3/commentThreads?allThreadsRelatedToChannelId=: newest thread first.
pub async fn threads(
    State(simulator): State<Simulator>,
    ListRequest { caller, parts, form }: ListRequest,
) -> Response {
    let channel = caller.remote_id.as_str();
    if form.get("allThreadsRelatedToChannelId") != Some(channel) {
        return errors::bad_request(
            "badRequest",
            "The simulator shows only the threads of one's own channel.",
        );
    }
    let now = simulator.now();
    simulator
        .pass(caller.call(Step::Inbox), async |_| {
            let all = simulator.store().read(|state| inbox(state, &YouTube, channel, now));
            let comments = all.iter().filter(|it| it.kind == InboxMessageType::Comment);
            let top = comments.filter(|it| it.parent.is_none());
            let items = top.map(|it| thread(it, &all, channel, &parts)).collect();
            Ok(json(StatusCode::OK, &page(&form, "youtube#commentThreadListResponse", items)))
        })
        .await
}

/// GET /youtube/v3/comments?parentId=: the replies to a comment.
pub async fn list(
    State(simulator): State<Simulator>,
    ListRequest { caller, form, .. }: ListRequest,
) -> Response {
    let Some(parent) = form.get("parentId") else { return errors::missing_parameter("parentId") };
    let now = simulator.now();
    simulator
        .pass(caller.call(Step::ReadBack), async |_| {
            let all = simulator.store().read(|state| inbox(state, &YouTube, &caller.remote_id, now));
            let below = all.iter().filter(|it| it.parent.as_deref() == Some(parent));
            let items = below.map(|it| comment(it, &caller.remote_id)).collect();
            Ok(json(StatusCode::OK, &page(&form, "youtube#commentListResponse", items)))
        })
        .await
}

/// POST /youtube/v3/comments?part=snippet: `snippet.parentId` and `snippet.textOriginal`.
pub async fn insert(
    State(simulator): State<Simulator>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let form = Form::of_query(query.as_deref());
    let allowed = authenticate(&simulator, &headers, &[".force-ssl"]);
    let caller = match allowed.and_then(|caller| parts(&form).map(|_| caller)) {
        Ok(caller) => caller,
        Err(refusal) => return refusal.into_response(),
    };
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let text = CHANGES.stored(body["snippet"]["textOriginal"].as_str().unwrap_or_default());
    let parent = body["snippet"]["parentId"].as_str().unwrap_or_default().to_owned();
    if text.trim().is_empty() || text.chars().count() > LONGEST {
        return errors::bad_request("commentTextRequired", "The comment has no text, or too long a one.");
    }
    simulator
        .pass(caller.call(Step::Reply), async |_| {
            let now = simulator.now();
            simulator.store().transaction(|transaction| {
                let channel = caller.remote_id.as_str();
                let found =
                    find(transaction.state, &YouTube, channel, &parent, now).filter(|it| it.parent.is_none());
                let words = "The specified parent comment could not be found.";
                let found = found.ok_or_else(|| errors::not_found("parentCommentNotFound", words))?;
                let account = transaction.state.account(Platform::Youtube, channel);
                let account = account.ok_or_else(errors::invalid_credentials)?;
                let author = Author {
                    remote_id: account.remote_id.clone(),
                    handle: account.handle.clone(),
                    name: account.name.clone(),
                };
                let seed = format!("reply:{}", transaction.next_number());
                let reply = Message {
                    id: format!("{parent}.{}", YouTube.message_id(&seed, now)),
                    platform: Platform::Youtube,
                    remote_id: channel.to_owned(),
                    kind: InboxMessageType::Comment,
                    author,
                    text,
                    post: found.post,
                    parent: Some(found.id),
                    with: None,
                    created_at: now,
                };
                let shown = comment(&reply, channel);
                transaction.put(Record::Message(reply));
                transaction.effective(Platform::Youtube, channel, Step::Reply);
                Ok(json(StatusCode::OK, &shown))
            })
        })
        .await
}

/// `maxResults` (20, at most 100) items behind `pageToken`.
fn page(form: &Form, kind: &str, all: Vec<Value>) -> Value {
    let size = form.get("maxResults").and_then(|text| text.parse().ok()).unwrap_or(20).clamp(1, 100);
    let offset: usize =
        form.get("pageToken").and_then(|text| text.strip_prefix("P")?.parse().ok()).unwrap_or(0);
    let total = all.len();
    let items: Vec<Value> = all.into_iter().skip(offset).take(size).collect();
    let mut body = json!({
        "kind": kind,
        "etag": "simulated",
        "pageInfo": { "totalResults": items.len(), "resultsPerPage": size },
        "items": items,
    });
    if offset + size < total {
        body["nextPageToken"] = json!(format!("P{}", offset + size));
    }
    body
}

fn thread(top: &Message, all: &[Message], channel: &str, parts: &[String]) -> Value {
    let below: Vec<&Message> =
        all.iter().filter(|it| it.parent.as_deref() == Some(top.id.as_str())).collect();
    let mut item = json!({ "kind": "youtube#commentThread", "etag": "simulated", "id": top.id });
    for part in parts {
        item[part.as_str()] = match part.as_str() {
            "snippet" => json!({
                "channelId": channel,
                "videoId": top.post,
                "topLevelComment": comment(top, channel),
                "canReply": true,
                "totalReplyCount": below.len(),
                "isPublic": true,
            }),
            "replies" if !below.is_empty() => {
                let shown: Vec<Value> =
                    below.iter().take(REPLIES_SHOWN).map(|it| comment(it, channel)).collect();
                json!({ "comments": shown })
            }
            _ => continue,
        };
    }
    item
}

/// A comment as its reader sees it: what was written, as it was written, is told to its author only.
fn comment(message: &Message, reader: &str) -> Value {
    let at = message.created_at.0.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let mut snippet = json!({
        "channelId": message.remote_id,
        "videoId": message.post,
        "textDisplay": message.text,
        "authorDisplayName": format!("@{}", message.author.handle),
        "authorChannelId": { "value": message.author.remote_id },
        "canRate": true,
        "viewerRating": "none",
        "likeCount": 0,
        "publishedAt": at,
        "updatedAt": at,
    });
    if message.author.remote_id == reader {
        snippet["textOriginal"] = json!(message.text);
    }
    if let Some(parent) = &message.parent {
        snippet["parentId"] = json!(parent);
    }
    json!({ "kind": "youtube#comment", "etag": "simulated", "id": message.id, "snippet": snippet })
}
