//! A picture and a video to try things with, and the pages' stylesheet.

use super::Simulator;
use super::page::STYLE;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;

/// 1080 by 1080 pixels, baseline JPEG.
const SAMPLE_JPEG: &[u8] = include_bytes!("sample.jpg");
/// 4 seconds, 1280 by 720, H.264 and AAC.
const SAMPLE_MP4: &[u8] = include_bytes!("sample.mp4");

pub fn routes() -> Router<Simulator> {
    Router::new()
        .route("/simulator/sample.jpg", get(|| async { ([(CONTENT_TYPE, "image/jpeg")], SAMPLE_JPEG) }))
        .route("/simulator/sample.mp4", get(|| async { ([(CONTENT_TYPE, "video/mp4")], SAMPLE_MP4) }))
        .route("/simulator/style.css", get(|| async { ([(CONTENT_TYPE, "text/css; charset=utf-8")], STYLE) }))
}
