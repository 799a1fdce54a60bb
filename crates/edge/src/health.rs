//! `/health`, `/ready` and `/metrics`.

use super::caller::bearer;
use super::either_end::without_slash;
use super::problem::Problem;
use super::refusal::refuse_json;
use super::request_id::request_id;
use async_trait::async_trait;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use fanfare_auth::TokenHash;
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

/// Who may read `/metrics`.
#[derive(Clone)]
pub enum MetricsAccess {
    Anyone,
    /// Whoever sends this token as a bearer token.
    Token(Arc<str>),
    /// Nobody: the server is in production and has no token for it.
    Nobody,
}

/// What the exporter has recorded, and who may read it.
#[derive(Clone)]
pub struct Metrics {
    pub recorded: PrometheusHandle,
    pub access: MetricsAccess,
}

/// The three routes, and what leads to them.
pub fn router(readiness: Arc<dyn Readiness>, metrics: Metrics) -> Router {
    Router::new()
        .route("/health", get(|| async { Json(json!({ "status": "ok" })) }))
        .route("/health/", get(without_slash))
        .route("/ready/", get(without_slash))
        .route("/metrics/", get(without_slash))
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

async fn render(State(metrics): State<Metrics>, parts: Parts) -> Response {
    let refusal = match &metrics.access {
        MetricsAccess::Anyone => None,
        MetricsAccess::Token(expected) => {
            (!shows(&parts, expected)).then_some("Send the metrics token as a bearer token")
        }
        MetricsAccess::Nobody => Some("Set FANFARE_METRICS_TOKEN and send it as a bearer token"),
    };
    if let Some(words) = refusal {
        let problem = Problem::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", words);
        return refuse_json(&problem, &request_id(&parts));
    }
    let content_type = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (content_type, metrics.recorded.render()).into_response()
}

/// Whether a request shows a token. Hashes are compared, so that the time does not tell how much of it agrees.
fn shows(parts: &Parts, expected: &str) -> bool {
    let value = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = value.and_then(|value| bearer(value).ok().flatten());
    token.is_some_and(|token| TokenHash::of(token).matches(TokenHash::of(expected).as_bytes()))
}
