//! Faults, the inbox, the audience, the report and the limits: what tests and operators steer the simulator with.

mod access;
mod audience;
mod faults;
mod inbox;
mod limits;
mod report;

use super::Simulator;
use super::body_limit::{BODY_BYTES, bounded};
use axum::routing::{get, post, put};
use axum::{Router, middleware};

pub fn routes(simulator: &Simulator) -> Router<Simulator> {
    let routes = Router::new()
        .route("/simulator/faults", get(faults::list).post(faults::order).delete(faults::clear))
        .route("/simulator/inbox", post(inbox::say))
        .route("/simulator/audience", put(audience::set))
        .route("/simulator/report", get(report::show).delete(report::forget))
        .route("/simulator/limits", put(limits::set));
    bounded(routes, BODY_BYTES).route_layer(middleware::from_fn_with_state(simulator.clone(), access::guard))
}
