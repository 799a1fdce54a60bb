//! `/simulator/audience`.

use crate::Simulator;
use crate::core::answer::Outcome;
use crate::core::record::Record;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Deserialize;

/// The body of PUT.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audience {
    talks: bool,
}

/// PUT: whether people say something of their own accord from now on, also about earlier posts.
pub async fn set(State(simulator): State<Simulator>, Json(audience): Json<Audience>) -> Outcome {
    simulator.store().transaction(|transaction| {
        transaction.put(Record::Audience(audience.talks));
        Ok(())
    })?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
