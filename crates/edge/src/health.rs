//! `/health`, `/ready` and `/metrics`.

use async_trait::async_trait;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// How long the checks together may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// What must work for the server to be of use.
#[async_trait]
pub trait Readiness: Send + Sync + 'static {
    /// Each part's name, and what is wrong with it in words fit for anyone.
    async fn check(&self) -> Vec<(&'static str, Result<(), String>)>;
}

/// The three routes. `metrics` is what the exporter has recorded.
pub fn router(readiness: Arc<dyn Readiness>, metrics: PrometheusHandle) -> Router {
    Router::new()
        .route("/health", get(|| async { Json(json!({ "status": "ok" })) }))
        .route("/ready", get(ready).with_state(readiness))
        .route("/metrics", get(render).with_state(metrics))
}

async fn ready(State(readiness): State<Arc<dyn Readiness>>) -> Response {
    let Ok(parts) = timeout(PATIENCE, readiness.check()).await else {
        return unavailable(&json!({ "status": "unavailable", "checks": "no answer in time" }));
    };
    let well = parts.iter().all(|(_, state)| state.is_ok());
    let checks: Map<String, Value> = parts
        .into_iter()
        .map(|(name, state)| (name.to_owned(), Value::String(state.err().unwrap_or_else(|| "ok".to_owned()))))
        .collect();
    if well {
        return Json(json!({ "status": "ok", "checks": checks })).into_response();
    }
    unavailable(&json!({ "status": "unavailable", "checks": checks }))
}

fn unavailable(body: &Value) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "2")], Json(body)).into_response()
}

async fn render(State(handle): State<PrometheusHandle>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], handle.render()).into_response()
}
