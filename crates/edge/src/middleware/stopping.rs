//! What a server still answers while it stops. Publications that are under way end first: their networks pull media
//! from here, and simulated networks are asked by them.

use super::super::edge::Edge;
use super::super::media_type::MediaType;
use super::super::problem::Problem;
use super::super::refusal;
use super::super::request_id::RequestId;
use crate::rest::RestError;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// In seconds: another instance, or this one after its restart, answers then.
const RETRY_AFTER: u64 = 2;

/// Refuses everything but that as soon as the server is to stop.
pub async fn refuse(State(edge): State<Arc<Edge>>, request: Request, next: Next) -> Response {
    if !edge.shutdown.is_cancelled() || is_needed(request.uri().path()) {
        return next.run(request).await;
    }
    let id = request.extensions().get::<RequestId>().map(|id| Arc::clone(&id.0)).unwrap_or_default();
    refusal_for(request.uri().path(), request.headers(), &id)
}

/// In the form that the route's clients read.
fn refusal_for(path: &str, headers: &HeaderMap, id: &str) -> Response {
    let words = "The server is stopping; send the request again.";
    let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", words);
    let problem = Problem { retry_after: Some(RETRY_AFTER), ..problem };
    let mut response = if is_graphql(path) {
        // A stream's client may accept events alone; JSON is what it is refused with at all times.
        let media = MediaType::negotiate(headers).unwrap_or(MediaType::Json);
        refusal::refuse(&problem, id, media)
    } else {
        RestError::from(problem).into_response()
    };
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

fn is_graphql(path: &str) -> bool {
    path.strip_prefix("/graphql").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn is_needed(path: &str) -> bool {
    ["/media/", "/simulator/", "/health", "/metrics"].iter().any(|needed| path.starts_with(needed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;
    use axum::http::HeaderName;
    use axum::http::response::Parts;
    use serde_json::{Value, json};

    async fn refused(path: &str, accept: &'static str) -> (Parts, Value) {
        let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]);
        let (head, body) = refusal_for(path, &headers, "the-id").into_parts();
        let body = to_bytes(body, 10_000).await.unwrap();
        (head, serde_json::from_slice(&body).unwrap())
    }

    #[test]
    fn media_are_needed_to_the_end_and_work_is_not_begun() {
        assert!(is_needed("/media/ws/1/a.jpg") && is_needed("/simulator/instagram/v23.0/1/media"));
        assert!(!is_needed("/graphql") && !is_needed("/ready") && !is_needed("/api/media"));
    }

    #[tokio::test]
    async fn clients_of_graphql_are_refused_with_errors_in_the_media_type_that_they_accept() {
        let (json, graphql) = ("application/json", "application/graphql-response+json");
        for path in ["/graphql", "/graphql/", "/graphql/stream", "/graphql/stream/", "/graphql/ws"] {
            for (accept, media) in
                [(json, json), (graphql, graphql), ("*/*", json), ("text/event-stream", json)]
            {
                let (head, body) = refused(path, accept).await;
                assert_eq!(head.status, StatusCode::SERVICE_UNAVAILABLE, "{path} {accept}");
                let header = |name: HeaderName| head.headers.get(name).map(|value| value.to_str().unwrap());
                assert!(header(header::CONTENT_TYPE).unwrap().starts_with(media), "{path} {accept}");
                assert_eq!(header(header::RETRY_AFTER), Some("2"));
                assert_eq!(header(header::CONNECTION), Some("close"));
                let [error] = body["errors"].as_array().unwrap().as_slice() else { panic!("{body}") };
                assert!(error["message"].as_str().unwrap().contains("stopping"), "{body}");
                let extensions = json!({ "code": "UNAVAILABLE", "requestId": "the-id", "retryAfter": 2 });
                assert_eq!(error["extensions"], extensions);
                assert_eq!(body.as_object().unwrap().len(), 1, "{body}");
            }
        }
    }

    #[tokio::test]
    async fn other_clients_are_refused_as_those_of_rest() {
        for path in ["/api/posts", "/graphqlx", "/"] {
            let (head, body) = refused(path, "application/graphql-response+json").await;
            assert_eq!(head.status, StatusCode::SERVICE_UNAVAILABLE);
            assert_eq!(head.headers[header::RETRY_AFTER], "2");
            assert_eq!(body["code"], "UNAVAILABLE", "{path}");
            assert!(body["error"].as_str().unwrap().contains("stopping"), "{path}");
        }
    }
}
