//! `/exports/<id>?exp=&sig=`: files of a workspace's data. The signature stands for the permission; no sign-in is
//! needed.

use super::named::Named;
use super::signed_file::{self, NOTHING_RUNS, Signed};
use super::stream_body::stream_body;
use crate::rest::RestError;
use axum::Router;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, Method, Response, StatusCode, header};
use axum::response::IntoResponse as _;
use axum::routing::any;
use fanfare_domain::id::ExportId;
use fanfare_services::export::ExportFile;
use fanfare_services::{ServiceError, Services};
use futures_util::stream;
use std::io;
use std::sync::Arc;

/// `/exports/{id}`
pub fn router(services: &Arc<Services>) -> Router {
    Router::new().route("/exports/{id}", any(serve)).with_state(Arc::clone(services))
}

/// Answers GET and HEAD.
async fn serve(
    State(services): State<Arc<Services>>,
    Named(id): Named<String>,
    query: Result<Query<Signed>, QueryRejection>,
    method: Method,
) -> axum::response::Response {
    if let Some(refusal) = signed_file::refuse_method(&method) {
        return refusal;
    }
    let Ok(id) = id.parse().map(ExportId) else { return nothing_here().into_response() };
    let signed = signed_file::read_signature(query);
    let (exp, sig) = (signed.exp.unwrap_or(0), signed.sig.unwrap_or_default());
    match services.exports().signed(id, exp, &sig).await {
        Ok(Some(file)) => respond(services, file, &method),
        Ok(None) => nothing_here().into_response(),
        Err(ServiceError::Forbidden(words)) => {
            RestError::new(StatusCode::FORBIDDEN, "FORBIDDEN", words).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "an export could not be read");
            let words = "The file cannot be read now.";
            RestError::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", words).into_response()
        }
    }
}

fn nothing_here() -> RestError {
    RestError::not_found("There is no such file; files are kept for seven days.")
}

/// Sends the parts one after the other, so that a large file is never in memory whole.
fn respond(services: Arc<Services>, file: ExportFile, method: &Method) -> axum::response::Response {
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{}\"", file.name()));
    let fixed = [
        (header::CONTENT_TYPE, file.content_type()),
        (header::CACHE_CONTROL, "private, no-store"),
        (header::CONTENT_SECURITY_POLICY, NOTHING_RUNS),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    let body = if method == Method::HEAD { Body::empty() } else { parts(services, file) };
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(disposition) = disposition {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

fn parts(services: Arc<Services>, file: ExportFile) -> Body {
    let file = Arc::new(file);
    let next = move |position: i32| {
        let (services, file) = (Arc::clone(&services), Arc::clone(&file));
        async move {
            // A connection that breaks tells the client that the file is not whole.
            let broken = |error: ServiceError| io::Error::other(error.to_string());
            let part = services.exports().part(&file, position).await.map_err(broken).transpose()?;
            Some((part, position + 1))
        }
    };
    stream_body(stream::unfold(0, next))
}
