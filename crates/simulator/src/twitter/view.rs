//! The public page of a post: what a link to X leads to.

use crate::{Simulator, view};
use axum::extract::{Path, State};
use axum::response::Response;
use fanfare_domain::platform::Platform;

pub async fn show(
    State(simulator): State<Simulator>,
    Path((_handle, id)): Path<(String, String)>,
) -> Response {
    view::show(&simulator, Platform::Twitter, &id)
}
