//! The bodies of REST requests: a JSON object, or a form with one file.

use crate::edge::Edge;
use crate::gateway::RequestScope;
use crate::graphql::{Kind, broken, kind, read_json, require_json, require_length, store};
use crate::problem::Problem;
use crate::request_body::BodyWatch;
use crate::rest::{Body as Wanted, CompiledRoute, Given, RestError};
use async_graphql::UploadValue;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use multer::{Constraints, Multipart, SizeLimit};
use serde_json::{Map, Value};
use std::sync::Arc;

/// The longest text field besides a file, in bytes.
const TEXT_BYTES: u64 = 64 << 10;
/// The part that carries the file.
const FILE: &str = "file";

/// What a body holds.
#[derive(Default)]
pub struct Read {
    pub fields: Map<String, Value>,
    /// Files with the variables they stand for.
    pub uploads: Vec<(String, UploadValue)>,
}

pub async fn read(
    edge: &Edge,
    route: &CompiledRoute,
    parts: &Parts,
    body: Body,
    scope: &RequestScope,
) -> Result<Read, RestError> {
    match route.route.body {
        Wanted::Json => {
            let bytes = read_json(body, edge.body_limit(scope)).await?;
            // Nothing is nothing in every format.
            if !bytes.is_empty() {
                require_json(&parts.headers)?;
            }
            Ok(Read { fields: Given::read_json(&bytes)?, uploads: Vec::new() })
        }
        Wanted::File(variable) => file(edge, variable, parts, body).await,
    }
}

async fn file(edge: &Edge, variable: &str, request: &Parts, body: Body) -> Result<Read, RestError> {
    let unsupported = || {
        let words = "Send the file as multipart/form-data, in the part named file.";
        RestError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", words)
    };
    if !request.headers.contains_key(header::CONTENT_TYPE) {
        return Err(unsupported());
    }
    let Kind::Multipart { boundary } = kind(&request.headers)? else { return Err(unsupported()) };
    let Ok(_permit) = edge.uploads.try_acquire() else {
        let busy = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", "Too many uploads at once");
        return Err(Problem { retry_after: Some(2), ..busy }.into());
    };
    if let Some(watch) = request.extensions.get::<Arc<BodyWatch>>() {
        watch.stream(edge.options.upload_timeout);
    }
    parts(edge, variable, &boundary, body).await
}

async fn parts(edge: &Edge, variable: &str, boundary: &str, body: Body) -> Result<Read, RestError> {
    let largest = edge.options.upload_bytes;
    let whole = largest.saturating_add(16 * TEXT_BYTES);
    require_length("The request", &body, whole)?;
    let sizes = SizeLimit::new().whole_stream(whole).per_field(TEXT_BYTES).for_field(FILE, largest);
    let constraints = Constraints::new().size_limit(sizes);
    let mut multipart = Multipart::with_constraints(body.into_data_stream(), boundary, constraints);
    let mut read = Read::default();
    while let Some(field) = multipart.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == FILE {
            read.uploads = vec![(format!("variables.{variable}"), store(field).await?)];
        } else {
            let text = field.text().await.map_err(broken)?;
            read.fields.insert(name, Value::from(text));
        }
    }
    if read.uploads.is_empty() {
        let words = "file: Send the file in a part of this name.";
        return Err(RestError::new(StatusCode::BAD_REQUEST, "REQUIRED", words));
    }
    Ok(read)
}
