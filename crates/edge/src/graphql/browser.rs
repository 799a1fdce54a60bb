//! A browser that opens `/graphql` is led to the editor.

use super::super::assets;
use super::super::media_type::{accepts, prefers};
use axum::http::Method;
use axum::http::request::Parts;
use axum::response::Redirect;

/// Leads a browser to GraphiQL, which opens with the document of the query string. `None` where the request is one for
/// the API, or the server is built without pages.
pub fn to_editor(parts: &Parts) -> Option<Redirect> {
    let opens = matches!(parts.method, Method::GET | Method::HEAD)
        && prefers(&parts.headers, "text/html")
        && !accepts(&parts.headers, "application/graphql-response+json");
    if !opens || !assets::has_editor() {
        return None;
    }
    Some(match parts.uri.query() {
        Some(query) => Redirect::to(&format!("{}?{query}", assets::EDITOR)),
        None => Redirect::to(assets::EDITOR),
    })
}
