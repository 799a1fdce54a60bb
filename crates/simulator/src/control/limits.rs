//! `/simulator/limits`.

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
pub struct Limits {
    enforced: bool,
}

/// PUT: whether posting quotas hold from now on.
pub async fn set(State(simulator): State<Simulator>, Json(limits): Json<Limits>) -> Outcome {
    simulator.store().transaction(|transaction| {
        transaction.put(Record::Limits(limits.enforced));
        Ok(())
    })?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
