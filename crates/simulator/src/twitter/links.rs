//! X's link shortener: what a post's text looks like when it is read back.

use super::text::addresses;
use crate::core::hashing::sha256_base64url;
use serde_json::{Value, json};

/// A text as X shows it: addresses replaced by `https://t.co/...`, `&`, `<` and `>` escaped, and the entities that tell
/// what the short addresses stand for.
pub struct Shortened {
    pub text: String,
    pub entities: Value,
}

/// `media_page`: the address of the post's media, which X adds behind the text.
pub fn shorten(text: &str, media_page: Option<&str>) -> Shortened {
    let mut out = String::with_capacity(text.len());
    let mut urls = Vec::new();
    let mut rest_from = 0;
    for range in addresses(text) {
        out.push_str(text.get(rest_from..range.start).unwrap_or_default());
        let address = text.get(range.clone()).unwrap_or_default();
        urls.push(append(&mut out, address));
        rest_from = range.end;
    }
    out.push_str(text.get(rest_from..).unwrap_or_default());
    if let Some(page) = media_page {
        if !out.is_empty() {
            out.push(' ');
        }
        urls.push(append(&mut out, page));
    }
    let text = out.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let entities = if urls.is_empty() { Value::Null } else { json!({ "urls": urls }) };
    Shortened { text, entities }
}

fn append(out: &mut String, address: &str) -> Value {
    let start = out.chars().count();
    let hash = sha256_base64url(address);
    let short = format!("https://t.co/{}", hash.get(..10).unwrap_or_default());
    out.push_str(&short);
    let display = address.split_once("://").map_or(address, |(_, rest)| rest);
    json!({
        "start": start,
        "end": out.chars().count(),
        "url": short,
        "expanded_url": address,
        "display_url": display,
    })
}
