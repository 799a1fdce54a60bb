//! The URL that a request was sent to: what absolute URLs in answers start with.

use axum::http::HeaderMap;
use axum::http::header::HOST;

/// Such as `http://127.0.0.1:8000/simulator/youtube`, from the request's own `Host`.
pub fn base_url(headers: &HeaderMap, platform: &str) -> String {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let scheme = if header("x-forwarded-proto") == Some("https") { "https" } else { "http" };
    let host = header(HOST.as_str()).unwrap_or("localhost");
    format!("{scheme}://{host}/simulator/{platform}")
}
