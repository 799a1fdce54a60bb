//! POST /2/tweets.

use super::request::authenticate;
use super::shape::{PostDetail, tweet};
use super::text::{CHANGES, MAX_WEIGHT, weight};
use super::upload;
use super::{X, errors};
use crate::Simulator;
use crate::core::answer::{Outcome, Refusal, json};
use crate::core::inbox;
use crate::core::record::{MediaSummary, Post, Record};
use crate::core::state::State;
use crate::core::step::Step;
use crate::core::store::Transaction;
use axum::body::Bytes;
use axum::extract;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::platform::Platform;
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

/// Posts that a user may make in [`WINDOW`].
pub const WINDOW_LIMIT: u32 = 100;
const WINDOW: Duration = Duration::from_mins(15);
/// How far back X looks for the same text.
const DUPLICATE_WINDOW: Duration = Duration::from_hours(24);

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    text: String,
    media: Option<BodyMedia>,
    reply: Option<BodyReply>,
}

impl Body {
    /// A reply is a post that answers someone.
    fn step(&self) -> Step {
        if self.reply.is_some() { Step::Reply } else { Step::Publish }
    }
}

#[derive(Deserialize)]
struct BodyMedia {
    media_ids: Vec<String>,
}

#[derive(Deserialize)]
struct BodyReply {
    in_reply_to_tweet_id: String,
}

pub async fn create(
    extract::State(simulator): extract::State<Simulator>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let caller = match authenticate(&simulator, &headers, &["tweet.read", "users.read", "tweet.write"]) {
        Ok(caller) => caller,
        Err(refusal) => return refusal.into_response(),
    };
    let Ok(body) = serde_json::from_slice::<Body>(&body) else {
        return errors::invalid("body", "", "The request body is not valid JSON for this endpoint.");
    };
    let body = Body { text: CHANGES.stored(&body.text), ..body };
    let step = body.step();
    simulator
        .pass(caller.call(step), async |_| {
            let now = simulator.now();
            let window = simulator.store().read(|state| Window::of(state, &caller.remote_id, now));
            if window.remaining == 0 {
                return Err(errors::too_many_requests(window.reset, WINDOW_LIMIT).into());
            }
            let response = simulator
                .store()
                .transaction(|transaction| post(transaction, &caller.remote_id, &body, now))?;
            Ok(errors::rate_limit(response, WINDOW_LIMIT, window.remaining.saturating_sub(1), window.reset))
        })
        .await
}

/// A user's posting window, derived from what was posted: it outlives the process with the posts.
struct Window {
    remaining: u32,
    reset: Timestamp,
}

impl Window {
    fn of(state: &State, remote_id: &str, now: Timestamp) -> Self {
        let start = now.minus(WINDOW);
        let recent = state.timeline(Platform::Twitter, remote_id).take_while(|post| post.created_at > start);
        let (used, oldest) = recent.fold((0_u32, now), |(used, _), post| (used + 1, post.created_at));
        let remaining = if state.limits() { WINDOW_LIMIT.saturating_sub(used) } else { WINDOW_LIMIT };
        Self { remaining, reset: oldest.plus(WINDOW) }
    }
}

fn post(transaction: &mut Transaction<'_>, remote_id: &str, body: &Body, now: Timestamp) -> Outcome {
    let state = transaction.state;
    let account = state.account(Platform::Twitter, remote_id).ok_or_else(errors::unauthorized)?;
    let ids = body.media.as_ref().map(|media| media.media_ids.as_slice()).unwrap_or_default();
    if body.text.trim().is_empty() && ids.is_empty() {
        return Err(errors::invalid("text", "", "The `text` or `media` field is required.").into());
    }
    if weight(&body.text) > MAX_WEIGHT {
        let words = "Your Tweet text is too long. For more information on how Twitter determines text length see \
                     https://github.com/twitter/twitter-text.";
        return Err(errors::forbidden(words).into());
    }
    let (media, media_keys) = attached(state, remote_id, ids, now)?;
    if is_duplicate(state, remote_id, body, &media, now) {
        return Err(errors::forbidden("You are not allowed to create a Tweet with duplicate content.").into());
    }
    let number = transaction.next_number();
    let id = snowflake(now, number);
    let in_reply_to = body.reply.as_ref().map(|reply| reply.in_reply_to_tweet_id.clone());
    let conversation = match &in_reply_to {
        None => id.clone(),
        Some(parent) => {
            let words = "You attempted to reply to a Tweet that is deleted or not visible to you.";
            conversation_of(state, remote_id, parent, now).ok_or_else(|| errors::forbidden(words))?
        }
    };
    let detail = PostDetail { media_keys, in_reply_to, conversation };
    let post = Post {
        id,
        platform: Platform::Twitter,
        remote_id: remote_id.to_owned(),
        title: None,
        text: body.text.clone(),
        media,
        created_at: now,
        deleted_at: None,
        detail: json!(detail),
    };
    let shown = tweet(&post, account, &[], now);
    transaction.put(Record::Post(post));
    transaction.effective(Platform::Twitter, remote_id, body.step());
    Ok(json(StatusCode::CREATED, &json!({ "data": shown })))
}

/// The first post of the thread that a reply to `parent` belongs to.
fn conversation_of(state: &State, remote_id: &str, parent: &str, now: Timestamp) -> Option<String> {
    let post = state.post(Platform::Twitter, parent).filter(|post| post.deleted_at.is_none());
    let said = || inbox::find(state, &X, remote_id, parent, now);
    post.map(|post| PostDetail::of(post).conversation)
        .or_else(|| said().map(|message| message.post.unwrap_or(message.id)))
}

/// The media of a post: at most four pictures, or one video or GIF; all uploaded by the same user and ready.
fn attached(
    state: &State,
    remote_id: &str,
    ids: &[String],
    now: Timestamp,
) -> Result<(Vec<MediaSummary>, Vec<String>), Refusal> {
    let invalid = |words: &str| errors::invalid("media.media_ids", &ids.join(","), words);
    let ready: Option<Vec<_>> = ids.iter().map(|id| upload::ready_media(state, remote_id, id, now)).collect();
    let ready = ready.ok_or_else(|| invalid("Your media IDs are invalid."))?;
    let moving = ready
        .iter()
        .any(|(media, _)| media.mime_type.starts_with("video/") || media.mime_type == "image/gif");
    if ready.len() > 4 || (moving && ready.len() > 1) {
        return Err(invalid("Too many media: at most 4 photos, or 1 video, or 1 animated GIF.").into());
    }
    Ok(ready.into_iter().unzip())
}

fn is_duplicate(state: &State, remote_id: &str, body: &Body, media: &[MediaSummary], now: Timestamp) -> bool {
    let answers = body.reply.as_ref().map(|reply| reply.in_reply_to_tweet_id.as_str());
    state
        .timeline(Platform::Twitter, remote_id)
        .take_while(|post| now.since(post.created_at) < DUPLICATE_WINDOW)
        .filter(|post| post.deleted_at.is_none() && post.text == body.text && post.media == media)
        .any(|post| PostDetail::of(post).in_reply_to.as_deref() == answers)
}

/// An id as X makes them: milliseconds since November 2010 in the high bits, so that ids sort by time.
pub fn snowflake(now: Timestamp, number: u64) -> String {
    const EPOCH_MS: i64 = 1_288_834_974_657;
    let ms = u64::try_from(now.0.timestamp_millis() - EPOCH_MS).unwrap_or_default();
    ((ms << 22) | (number & 0x3f_ffff)).to_string()
}
