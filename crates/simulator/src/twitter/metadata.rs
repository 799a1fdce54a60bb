//! POST /2/media/metadata: the description of an uploaded picture or GIF.

use super::errors;
use super::upload::{Upload, writer};
use crate::Simulator;
use crate::core::answer::json;
use crate::core::step::Step;
use axum::body::Bytes;
use axum::extract;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

const MAX_ALT_TEXT_CHARS: usize = 1_000;

pub async fn describe(
    extract::State(simulator): extract::State<Simulator>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let caller = match writer(&simulator, &headers) {
        Ok(caller) => caller,
        Err(refusal) => return refusal,
    };
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let field = |pointer| body.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let (id, text) = (field("/id"), field("/metadata/alt_text/text"));
    if text.is_empty() || text.chars().count() > MAX_ALT_TEXT_CHARS {
        return errors::invalid("metadata.alt_text.text", "", "has to have 1 to 1000 characters");
    }
    simulator
        .pass(caller.call(Step::Upload), async |_| {
            let now = simulator.now();
            simulator.store().transaction(|transaction| {
                let gone = || errors::invalid("id", id, "The media id is unknown or has expired.");
                let mut upload =
                    Upload::of(transaction.state, &caller.remote_id, id, now).ok_or_else(gone)?;
                upload.alt_text = Some(text.to_owned());
                upload.update(transaction, &caller.remote_id, id);
                let data = json!({ "id": id, "associated_metadata": { "alt_text": { "text": text } } });
                Ok(json(StatusCode::OK, &json!({ "data": data })))
            })
        })
        .await
}
