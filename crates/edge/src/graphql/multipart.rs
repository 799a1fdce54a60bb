//! Uploads by the GraphQL multipart request specification: `operations`, then `map`, then the files.
//!
//! The library's reader would take `operations` of any size into memory; here each part has a bound of its own and
//! files go to anonymous temporary files as they arrive.

use super::super::edge::Edge;
use super::super::gateway::RequestScope;
use super::super::parameters::Batch;
use super::super::problem::Problem;
use super::super::request_body::BodyFault;
use super::body::require_length;
use super::form_body::{FormBody, HeadTooLong, PART_HEAD_BYTES};
use async_graphql::UploadValue;
use axum::body::Body;
use axum::http::StatusCode;
use axum::http::request::Parts;
use multer::{Field, SizeLimit};
use std::collections::HashMap;
use tokio::io::{AsyncSeekExt, AsyncWriteExt};

/// The longest `map`, in bytes.
const MAX_MAP_BYTES: u64 = 64 << 10;
/// The longest file name that is passed on, in bytes.
const MAX_NAME_BYTES: usize = 255;

type FileMap = HashMap<String, Vec<String>>;

/// Reads a multipart request of a signed-in sender.
pub async fn read(
    edge: &Edge,
    boundary: &str,
    request: &Parts,
    body: Body,
    scope: &RequestScope,
) -> Result<Batch, Problem> {
    let _place = edge.uploads.begin(scope.actor()?, request)?;
    parts(edge, boundary, body).await
}

async fn parts(edge: &Edge, boundary: &str, body: Body) -> Result<Batch, Problem> {
    let options = &edge.options;
    let json_limit = u64::try_from(options.body_bytes).unwrap_or(u64::MAX);
    let files_limit = u64::try_from(options.upload_files).unwrap_or(u64::MAX);
    let largest = options.upload_bytes.saturating_mul(files_limit);
    require_length("The request", &body, largest)?;
    let sizes = SizeLimit::new()
        .whole_stream(largest)
        .per_field(options.upload_bytes)
        .for_field("operations", json_limit)
        .for_field("map", MAX_MAP_BYTES);
    let mut form = FormBody::new(body, boundary, sizes);
    let operations = expect_part(&mut form, "operations").await?;
    let mut batch = Batch::from_json(&operations.bytes().await.map_err(broken)?, options.batch)?;
    let map = expect_part(&mut form, "map").await?;
    let mut map: FileMap = serde_json::from_slice(&map.bytes().await.map_err(broken)?)
        .map_err(|error| Problem::bad_request(format!("The part map is wrong: {error}")))?;
    let places = map.values().map(Vec::len).sum::<usize>();
    if map.len() > options.upload_files || places > options.upload_files {
        let message = format!("A request has at most {} files", options.upload_files);
        return Err(Problem::bad_request(message));
    }
    while let Some(field) = form.next_part().await.map_err(broken)? {
        let Some(paths) = field.name().and_then(|name| map.remove(name)) else {
            return Err(Problem::bad_request("A part is not named in map"));
        };
        let upload = store(field).await?;
        for path in paths {
            let copy = upload.try_clone().map_err(|error| disk(&error))?;
            place(&mut batch, &path, copy)?;
        }
    }
    if map.is_empty() { Ok(batch) } else { Err(Problem::bad_request("A file that map names is missing")) }
}

async fn expect_part(form: &mut FormBody, name: &str) -> Result<Field<'static>, Problem> {
    let field = form.next_part().await.map_err(broken)?;
    field
        .filter(|field| field.name() == Some(name))
        .ok_or_else(|| Problem::bad_request(format!("The part {name} must come here")))
}

/// Keeps a file in an anonymous temporary file.
pub async fn store(mut field: Field<'_>) -> Result<UploadValue, Problem> {
    let mut filename = field.file_name().unwrap_or("file").to_owned();
    filename.truncate(filename.floor_char_boundary(MAX_NAME_BYTES));
    let content_type = field.content_type().map(ToString::to_string);
    let mut file = tokio::fs::File::from_std(tempfile::tempfile().map_err(|error| disk(&error))?);
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        file.write_all(&chunk).await.map_err(|error| disk(&error))?;
    }
    file.flush().await.map_err(|error| disk(&error))?;
    file.rewind().await.map_err(|error| disk(&error))?;
    Ok(UploadValue { filename, content_type, content: file.into_std().await })
}

/// Puts a file where `path` says: `variables.input.file`, or `0.variables.input.file` in a batch.
fn place(batch: &mut Batch, path: &str, upload: UploadValue) -> Result<(), Problem> {
    let target = match batch {
        Batch::Single(parameters) => Some((&mut **parameters, path)),
        Batch::Many(list) => path
            .split_once('.')
            .and_then(|(index, rest)| Some((list.get_mut(index.parse::<usize>().ok()?)?, rest))),
    };
    let Some((parameters, path)) = target.filter(|(_, path)| path.starts_with("variables.")) else {
        return Err(Problem::bad_request("A path in map leads to no variable"));
    };
    parameters.uploads.push((path.to_owned(), upload));
    Ok(())
}

/// What is wrong with a multipart body.
pub fn broken(error: multer::Error) -> Problem {
    match error {
        multer::Error::FieldSizeExceeded { limit, .. } => Problem::too_large("A part", limit),
        multer::Error::StreamSizeExceeded { limit } => Problem::too_large("The request", limit),
        multer::Error::StreamReadFailed(cause) if cause.is::<HeadTooLong>() => {
            Problem::too_large("The head of a part", PART_HEAD_BYTES as u64)
        }
        multer::Error::StreamReadFailed(cause) => match BodyFault::behind(&*cause) {
            Some(fault) => fault.into(),
            None => Problem::bad_request("The body could not be read"),
        },
        other => Problem::bad_request(format!("The multipart body is wrong: {other}")),
    }
}

fn disk(error: &std::io::Error) -> Problem {
    tracing::error!(%error, "an upload cannot be kept");
    let message = "The file cannot be kept now";
    Problem { retry_after: Some(5), ..Problem::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", message) }
}
