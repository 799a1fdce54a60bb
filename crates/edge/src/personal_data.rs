//! `GET /api/auth/me/data`: all that is kept of who asks, as a ZIP archive.

use super::edge::Edge;
use super::either_end::either_end;
use super::site::Site;
use super::stream_body::stream_body;
use crate::rest::RestError;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response, header};
use axum::routing::get;
use fanfare_services::Services;
use std::sync::Arc;

/// `/api/auth/me/data`
pub fn router(services: &Arc<Services>, edge: &Arc<Edge>) -> Router {
    either_end(Router::new(), "/api/auth/me/data", get(serve)).with_state(Site::new(services, edge))
}

/// Made while it is sent, and kept nowhere.
async fn serve(State(site): State<Site>, parts: Parts) -> Result<Response<Body>, RestError> {
    let scope = site.edge.scope(&parts).await?;
    let archive = site.services.personal_archives().begin(scope.actor()?).await?;
    let mut response = Response::new(stream_body(archive));
    let fixed = [
        (header::CONTENT_TYPE, "application/zip"),
        (header::CACHE_CONTROL, "private, no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"personal-data.zip\""),
    ];
    for (name, value) in fixed {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}
