//! Values that the clients' tests are made of.

use bytes::Bytes;
use chrono::DateTime;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::media::{MediaFacts, MediaKind};
use fanfare_domain::read_back::Sent;
use fanfare_domain::violation::{Violation, ViolationCode};
use fanfare_net::Reply;
use fanfare_platform_api::{Absence, MediaItem, PublishInput};
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use std::time::Duration;
use url::Url;

pub fn at(text: &str) -> Timestamp {
    Timestamp::new(DateTime::parse_from_rfc3339(text).unwrap().to_utc())
}

/// What is looked for of a call that was sent then and ended at once.
pub fn absence<'a>(sent_at: &str, owned_by_others: &'a [String]) -> Absence<'a> {
    let call = Sent { at: at(sent_at), ended_by: at(sent_at) };
    Absence::of(call, Duration::from_secs(30), 10, owned_by_others)
}

pub fn reply(status: u16, headers: &[(&str, &str)], body: &str) -> Reply {
    let headers: HeaderMap = headers
        .iter()
        .map(|(name, value)| (name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap()))
        .collect();
    Reply {
        status: StatusCode::from_u16(status).unwrap(),
        headers,
        body: Bytes::copy_from_slice(body.as_bytes()),
    }
}

pub fn input(content: &str, media: Vec<MediaItem>) -> PublishInput {
    PublishInput {
        content: content.to_owned(),
        title: None,
        hashtags: Vec::new(),
        link_url: None,
        media,
        account_remote_id: "1001".to_owned(),
        account_handle: Some("ann".to_owned()),
    }
}

fn medium(key: &str, kind: MediaKind, mime_type: &str, duration_ms: Option<u64>) -> MediaItem {
    MediaItem {
        key: key.to_owned(),
        name: "sample".to_owned(),
        facts: MediaFacts {
            kind,
            mime_type: mime_type.to_owned(),
            size_bytes: 1000,
            width: Some(1080),
            height: Some(1080),
            duration_ms,
            alt_text: None,
        },
        public_url: Url::parse(&format!("https://fanfare.example/media/{key}")).unwrap(),
    }
}

pub fn jpeg(key: &str) -> MediaItem {
    medium(key, MediaKind::Image, "image/jpeg", None)
}

pub fn gif(key: &str) -> MediaItem {
    medium(key, MediaKind::Gif, "image/gif", None)
}

pub fn mp4(key: &str) -> MediaItem {
    medium(key, MediaKind::Video, "video/mp4", Some(10_000))
}

/// The codes and fields of the violations that refuse.
pub fn refusals(violations: &[Violation]) -> Vec<(ViolationCode, &str)> {
    violations.iter().filter(|v| v.blocking).map(|v| (v.code, v.field.as_str())).collect()
}
