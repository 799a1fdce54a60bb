//! Which media type an answer has.

use axum::http::{HeaderMap, header};

/// The media types of the GraphQL-over-HTTP specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaType {
    /// Errors have their status.
    GraphqlResponse,
    /// What older clients ask for: a well-formed request is answered with 200 whatever its document is.
    Json,
}

impl MediaType {
    /// The value of `Content-Type`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }

    /// The best that `Accept` allows; JSON where it says nothing or anything. `None`: neither is allowed.
    pub fn negotiate(headers: &HeaderMap) -> Option<Self> {
        if !headers.contains_key(header::ACCEPT) {
            return Some(Self::Json);
        }
        let json = quality(headers, "application/json");
        let graphql = quality(headers, "application/graphql-response+json");
        // At equal quality the type that was named wins over the one that a wildcard lets in.
        let named = accepts(headers, "application/graphql-response+json");
        match (json, graphql) {
            (0, 0) => None,
            (json, graphql) if graphql > json || (graphql == json && named) => Some(Self::GraphqlResponse),
            _ => Some(Self::Json),
        }
    }
}

/// Whether `Accept` names this type itself.
pub fn accepts(headers: &HeaderMap, media: &str) -> bool {
    ranges(headers).any(|(range, quality)| quality > 0 && range.eq_ignore_ascii_case(media))
}

/// Whether `Accept` wants `media` rather than JSON. At equal quality the one that it names wins, and JSON of two.
pub fn prefers(headers: &HeaderMap, media: &str) -> bool {
    let (wanted, json) = (quality(headers, media), quality(headers, "application/json"));
    let named = accepts(headers, media) && !accepts(headers, "application/json");
    wanted > json || (wanted > 0 && wanted == json && named)
}

/// The quality in thousandths that the most specific matching range gives; 0 where none matches.
fn quality(headers: &HeaderMap, media: &str) -> u16 {
    let best = ranges(headers).filter_map(|(range, quality)| {
        let specific = match range {
            "*/*" | "*" => 0,
            range
                if range.strip_suffix("/*").is_some_and(|kind| kind.eq_ignore_ascii_case(kind_of(media))) =>
            {
                1
            }
            range if range.eq_ignore_ascii_case(media) => 2,
            _ => return None,
        };
        Some((specific, quality))
    });
    best.max().map_or(0, |(_, quality)| quality)
}

/// What stands before the slash.
fn kind_of(media: &str) -> &str {
    media.split('/').next().unwrap_or_default()
}

fn ranges(headers: &HeaderMap) -> impl Iterator<Item = (&str, u16)> {
    let values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let media = parts.next().unwrap_or_default();
        let quality = parts.find_map(|part| part.strip_prefix("q=")).map_or(1_000, thousandths);
        (media, quality)
    })
}

/// `0.8` is 800. What is no number counts as 1.
fn thousandths(text: &str) -> u16 {
    match text.split_once('.') {
        Some(("0", digits)) if digits.bytes().all(|b| b.is_ascii_digit()) => {
            format!("{digits:0<3.3}").parse().unwrap_or(1_000)
        }
        None if text == "0" => 0,
        _ => 1_000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn prefers_csv(accept: &'static str) -> bool {
        prefers(&HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]), "text/csv")
    }

    #[test]
    fn another_form_than_json_is_given_to_those_who_want_it_more() {
        for wanted in ["text/csv", "TEXT/CSV", "text/csv, */*", "text/*", "text/csv, application/json;q=0.9"]
        {
            assert!(prefers_csv(wanted), "{wanted}");
        }
        for other in
            ["*/*", "", "application/json", "text/csv;q=0", "text/csv, application/json", "text/html"]
        {
            assert!(!prefers_csv(other), "{other}");
        }
        assert!(!prefers(&HeaderMap::new(), "text/csv"));
    }
}
