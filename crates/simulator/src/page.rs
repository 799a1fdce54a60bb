//! Pages for people: plain HTML, no script, one stylesheet of the simulator's own.

use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

/// What the pages look like; served at `/simulator/style.css`, so that no page needs an inline style.
pub const STYLE: &str = "\
body{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:36rem;padding:0 1rem;color:#1b1f24;background:#fff}\
h1{font-size:1.4rem}label{display:block}input{font:inherit;padding:.4rem;width:100%;box-sizing:border-box}\
button{font:inherit;padding:.4rem 1.2rem}[role=alert]{color:#a40000}pre{white-space:pre-wrap;font:inherit}\
@media (prefers-color-scheme:dark){body{color:#e6e6e6;background:#16181c}[role=alert]{color:#ff8f8f}}";

/// No `form-action`: browsers apply it to the redirect behind a form too, which leads back to any client.
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A page around `body`, which is HTML.
pub fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let title = escape(title);
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <link rel=\"stylesheet\" href=\"/simulator/style.css\"></head><body><main>{body}</main></body></html>"
    );
    (status, [(header::CONTENT_SECURITY_POLICY, POLICY), (header::CACHE_CONTROL, "no-store")], Html(html))
        .into_response()
}

/// Text as it may stand in HTML, in elements and in quoted attributes.
pub fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
        out
    })
}
