//! A log line and metrics for every request.

use super::super::request_id::RequestId;
use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use std::time::Instant;
use tracing::Instrument;

/// Runs the request in a span and measures it. The label is the route's pattern: paths would be without number.
pub async fn observe(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let span = tracing::info_span!("request", request_id = &*id, %method, route);
    async move {
        let started = Instant::now();
        let response = next.run(request).await;
        let (elapsed, status) = (started.elapsed(), response.status().as_u16());
        tracing::debug!(status, latency_us = elapsed.as_micros().try_into().unwrap_or(u64::MAX), "answered");
        let method = method_label(method.as_str());
        metrics::counter!("fanfare_http_requests_total",
            "method" => method, "route" => route.clone(), "status" => status.to_string())
        .increment(1);
        metrics::histogram!("fanfare_http_request_duration_seconds", "method" => method, "route" => route)
            .record(elapsed.as_secs_f64());
        response
    }
    .instrument(span)
    .await
}

/// A client may invent methods; a label must not follow.
fn method_label(method: &str) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method).unwrap_or("OTHER")
}
