//! The yardstick of the lists: an axum route that answers fixed bytes and does nothing else.

use anyhow::Context as _;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::post;
use bytes::Bytes;
use std::path::Path;

/// Names the file whose bytes the route answers; this program is the yardstick where it is set.
pub const BODY_FILE: &str = "FANFARE_BENCH_BODY";

/// Serves until it is killed.
pub async fn serve(body: &Path) -> anyhow::Result<()> {
    let body =
        Bytes::from(std::fs::read(body).with_context(|| format!("{} cannot be read", body.display()))?);
    let answer = move |_request: Bytes| {
        let body = body.clone();
        async move { ([(CONTENT_TYPE, "application/json")], body) }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, Router::new().route("/graphql", post(answer))).await?;
    Ok(())
}
