//! Posts and users as X's API shows them.

use super::links::shorten;
use crate::core::growth::engagement;
use crate::core::record::{Account, Author, Post};
use fanfare_domain::clock::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// What only X knows of a post.
#[derive(Default, Serialize, Deserialize)]
pub struct PostDetail {
    pub media_keys: Vec<String>,
    pub in_reply_to: Option<String>,
    /// The first post of the thread.
    pub conversation: String,
}

impl PostDetail {
    pub fn of(post: &Post) -> Self {
        serde_json::from_value(post.detail.clone()).unwrap_or_default()
    }
}

/// RFC 3339 with milliseconds.
pub fn time(at: Timestamp) -> String {
    at.0.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

/// A post: `id`, `text` and `edit_history_tweet_ids`, and of the rest what `fields` (`tweet.fields`) names.
pub fn tweet(post: &Post, author: &Account, fields: &[&str], now: Timestamp) -> Value {
    let detail = PostDetail::of(post);
    let media_page = format!("https://x.com/{}/status/{}/photo/1", author.handle, post.id);
    let shown = shorten(&post.text, (!post.media.is_empty()).then_some(media_page.as_str()));
    let mut data = Map::new();
    data.insert("id".to_owned(), json!(post.id));
    data.insert("text".to_owned(), json!(shown.text));
    data.insert("edit_history_tweet_ids".to_owned(), json!([post.id]));
    let numbers = engagement(post, now);
    for field in fields {
        let value = match *field {
            "created_at" => json!(time(post.created_at)),
            "author_id" => json!(post.remote_id),
            "conversation_id" => json!(detail.conversation),
            "entities" => shown.entities.clone(),
            "attachments" if !detail.media_keys.is_empty() => json!({ "media_keys": detail.media_keys }),
            "referenced_tweets" => match &detail.in_reply_to {
                Some(id) => json!([{ "type": "replied_to", "id": id }]),
                None => Value::Null,
            },
            "public_metrics" => json!({
                "retweet_count": numbers.shares,
                "reply_count": numbers.comments,
                "like_count": numbers.likes,
                "quote_count": 0,
                "bookmark_count": numbers.saves,
                "impression_count": numbers.views,
            }),
            _ => Value::Null,
        };
        if !value.is_null() {
            data.insert((*field).to_owned(), value);
        }
    }
    Value::Object(data)
}

/// A user as `includes` shows them.
pub fn user(author: &Author) -> Value {
    json!({ "id": author.remote_id, "name": author.name, "username": author.handle })
}
