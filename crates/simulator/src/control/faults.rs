//! `/simulator/faults`.

use crate::Simulator;
use crate::core::answer::{Outcome, json};
use crate::core::fault::{Fault, FaultOrder};
use crate::core::record::Record;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde_json::json;

/// POST: a fault waits for its calls. 201 with its id.
pub async fn order(State(simulator): State<Simulator>, Json(order): Json<FaultOrder>) -> Outcome {
    if order.times == 0 || !super::super::NETWORKS.iter().any(|n| n.platform() == order.platform) {
        let words = "times has to be at least 1, and platform one that is simulated";
        return Ok(json(StatusCode::UNPROCESSABLE_ENTITY, &json!({ "error": words })));
    }
    let fault = simulator.store().transaction(|transaction| {
        let fault = Fault { id: transaction.next_number(), order };
        transaction.put(Record::Fault(fault.clone()));
        Ok(fault)
    })?;
    Ok((StatusCode::CREATED, Json(fault)).into_response())
}

/// GET: the faults that have calls left to hit.
pub async fn list(State(simulator): State<Simulator>) -> Json<Vec<Fault>> {
    Json(simulator.store().read(|state| state.faults().cloned().collect()))
}

/// DELETE: no fault is left.
pub async fn clear(State(simulator): State<Simulator>) -> Outcome {
    simulator.store().transaction(|transaction| {
        let ids: Vec<u64> = transaction.state.faults().map(|fault| fault.id).collect();
        for id in ids {
            transaction.put(Record::FaultGone(id));
        }
        Ok(())
    })?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
