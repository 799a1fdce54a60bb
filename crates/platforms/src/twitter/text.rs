//! Texts as X takes, stores and shows them.

use crate::stored_text::{INVISIBLE, TextChanges};
use fanfare_domain::x_text::accepted;
use fanfare_platform_api::PublishInput;
use serde::Deserialize;

/// X composes letters, takes out some invisible characters, trims, escapes three characters and shows links as t.co
/// addresses, which [`as_written`] turns back.
pub(super) const CHANGES: TextChanges =
    TextChanges { removed: INVISIBLE, escaped: &[("lt;", '<'), ("gt;", '>')], rewrites_links: true };

/// What X is sent of a post: without the characters that it refuses.
pub(super) fn sent(input: &PublishInput) -> String {
    accepted(&input.full_text())
}

/// A text of X's as it was written: X escapes three characters.
pub(super) fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Entities {
    #[serde(default)]
    pub urls: Vec<UrlEntity>,
}

/// One t.co address of a text.
#[derive(Debug, Deserialize)]
pub(super) struct UrlEntity {
    pub url: String,
    pub expanded_url: Option<String>,
    /// There where the address stands for a medium, which X appends to the text.
    pub media_key: Option<String>,
}

/// A shown text as its author wrote it: each t.co address is what it stands for. An address of t.co's that the author
/// wrote, so that it stands in `sent`, is left.
pub(super) fn as_written(
    shown: &str,
    urls: &[UrlEntity],
    sent: &str,
    is_own_medium: impl Fn(&UrlEntity) -> bool,
) -> String {
    let shown = unescaped(shown);
    let mut written = String::with_capacity(shown.len());
    let mut rest = shown.as_str();
    while let Some(at) = rest.find("http") {
        let (before, from) = rest.split_at(at);
        written.push_str(before);
        let entities = urls.iter().filter(|it| !it.url.is_empty() && from.starts_with(&it.url));
        let Some(entity) = entities.max_by_key(|it| it.url.len()) else {
            written.push_str("http");
            rest = from.strip_prefix("http").unwrap_or_default();
            continue;
        };
        if !is_own_medium(entity) {
            let kept = sent.contains(&entity.url).then_some(&entity.url);
            written.push_str(kept.or(entity.expanded_url.as_ref()).unwrap_or(&entity.url));
        }
        rest = from.strip_prefix(entity.url.as_str()).unwrap_or_default();
    }
    written.push_str(rest);
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entity(url: &str, expanded: &str) -> UrlEntity {
        UrlEntity { url: url.to_owned(), expanded_url: Some(expanded.to_owned()), media_key: None }
    }

    #[test]
    fn an_address_that_the_author_wrote_is_left_and_each_other_is_what_it_stands_for() {
        let urls = [
            entity("https://t.co/aaa", "https://example.com/1"),
            entity("https://t.co/aaab", "https://example.com/2"),
            entity("https://t.co/own", "https://example.com/3"),
        ];
        let shown = "http: https://t.co/aaa https://t.co/aaab https://t.co/own https://t.co/aaa";
        let written = as_written(shown, &urls, "see https://t.co/own", |_| false);
        assert_eq!(
            written,
            "http: https://example.com/1 https://example.com/2 https://t.co/own https://example.com/1"
        );
        assert_eq!(as_written("a https://t.co/aaa", &urls, "a", |_| true), "a ");
    }
}
