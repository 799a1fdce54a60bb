//! Browsers do not ask before they open a WebSocket to another site: the server must look who does.

use axum::http::{HeaderMap, header};
use url::Url;

/// Whether the page that opens the socket is the server's own or on the list. Other programs send no `Origin`.
pub fn is_allowed(headers: &HeaderMap, allowed: &[String]) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    if allowed.iter().any(|one| one.eq_ignore_ascii_case(origin)) {
        return true;
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    host.is_some_and(|host| authority(origin).is_some_and(|own| own.eq_ignore_ascii_case(host)))
}

/// `host` or `host:port` of an origin.
fn authority(origin: &str) -> Option<String> {
    let url = Url::parse(origin).ok()?;
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn allowed(origin: &'static str, list: &[&str]) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("fanfare.example:8000"));
        headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
        is_allowed(&headers, &list.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn only_the_own_page_and_listed_ones_may_connect() {
        assert!(allowed("https://fanfare.example:8000", &[]));
        assert!(!allowed("https://fanfare.example", &[]));
        assert!(!allowed("https://fanfare.example.evil:8000", &[]));
        assert!(!allowed("null", &[]));
        assert!(!allowed("https://app.example", &[]));
        assert!(allowed("https://app.example", &["https://app.example"]));
        assert!(is_allowed(&HeaderMap::new(), &[]));
    }
}
