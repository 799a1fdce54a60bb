//! The public page of a post: what a link to X leads to.

use crate::domain::platform::Platform;
use crate::simulator::{Simulator, view};
use axum::extract::{Path, State};
use axum::response::Response;

pub async fn show(
    State(simulator): State<Simulator>,
    Path((_handle, id)): Path<(String, String)>,
) -> Response {
    view::show(&simulator, Platform::Twitter, &id)
}
