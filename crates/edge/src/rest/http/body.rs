//! The bodies of REST requests: a JSON object, or a form with one file.

use crate::edge::Edge;
use crate::gateway::RequestScope;
use crate::graphql::{FormBody, Kind, broken, kind, read_body, require_json, require_length, store};
use crate::problem::bounded;
use crate::rest::convert::UNKNOWN;
use crate::rest::route::{Input, Place};
use crate::rest::{Body as Wanted, CompiledRoute, Field, Given, RestError};
use async_graphql::UploadValue;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use fanfare_domain::actor::Actor;
use multer::SizeLimit;
use serde_json::{Map, Value};

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
            let bytes = read_body(edge, body, scope).await?;
            // Nothing is nothing in every format.
            if !bytes.is_empty() {
                require_json(&parts.headers)?;
            }
            Ok(Read { fields: Given::read_json(&bytes)?, uploads: Vec::new() })
        }
        Wanted::File(variable) => {
            let actor = scope.actor()?;
            edge.gateway.may_upload(scope).await?;
            Form { edge, route, actor, variable }.read(parts, body).await
        }
    }
}

/// A form with one file and the text fields that its route names.
struct Form<'a> {
    edge: &'a Edge,
    route: &'a CompiledRoute,
    actor: &'a Actor,
    /// What the file stands for.
    variable: &'static str,
}

impl Form<'_> {
    async fn read(&self, request: &Parts, body: Body) -> Result<Read, RestError> {
        let unsupported = || {
            let words = "Send the file as multipart/form-data, in the part named file.";
            RestError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", words)
        };
        if !request.headers.contains_key(header::CONTENT_TYPE) {
            return Err(unsupported());
        }
        let Kind::Multipart { boundary } = kind(&request.headers)? else { return Err(unsupported()) };
        let _place = self.edge.uploads.begin(self.actor, request)?;
        self.parts(&boundary, body).await
    }

    async fn parts(&self, boundary: &str, body: Body) -> Result<Read, RestError> {
        let largest = self.edge.options.upload_bytes;
        let whole = largest.saturating_add(16 * TEXT_BYTES);
        require_length("The request", &body, whole)?;
        let sizes = SizeLimit::new().whole_stream(whole).per_field(TEXT_BYTES).for_field(FILE, largest);
        let mut form = FormBody::new(body, boundary, sizes);
        let mut read = Read::default();
        while let Some(field) = form.next_part().await.map_err(broken)? {
            let name = field.name().unwrap_or_default().to_owned();
            self.admit(&name, &read)?;
            if name == FILE {
                read.uploads.push((format!("variables.{}", self.variable), store(field).await?));
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

    /// Refuses a part as it begins, before any of it is kept.
    fn admit(&self, name: &str, read: &Read) -> Result<(), RestError> {
        let named = |input: &Input| input.place == Place::Body && input.name == name;
        let words = if name != FILE && !self.route.route.inputs.iter().any(named) {
            UNKNOWN
        } else if read.fields.contains_key(name) || (name == FILE && !read.uploads.is_empty()) {
            "Send one part of this name."
        } else {
            return Ok(());
        };
        Err(RestError::invalid(vec![Field::new(bounded(name.to_owned()), words)]))
    }
}
