//! The public page of a post, the same for every network.

use super::Simulator;
use super::core::growth::engagement;
use super::page::{escape, page};
use axum::http::StatusCode;
use axum::response::Response;
use fanfare_domain::platform::Platform;

/// The post, or 404 where there is none (any more).
pub fn show(simulator: &Simulator, platform: Platform, id: &str) -> Response {
    let network = platform.display_name();
    let now = simulator.now();
    let shown = simulator.store().read(|state| {
        let post = state.post(platform, id).filter(|post| post.deleted_at.is_none())?;
        let account = state.account(platform, &post.remote_id)?;
        let title =
            post.title.as_deref().map_or_else(String::new, |title| format!("<h2>{}</h2>", escape(title)));
        let media: String = post
            .media
            .iter()
            .map(|media| format!("<li>{}, {} bytes</li>", escape(&media.mime_type), media.bytes))
            .collect();
        let media = if media.is_empty() { media } else { format!("<p>Media:</p><ul>{media}</ul>") };
        let numbers = engagement(post, now);
        Some(format!(
            "<h1>{name} <small>@{handle} on simulated {network}</small></h1>{title}<pre>{text}</pre>{media}\
             <p>{at}. {views} views, {likes} likes, {comments} comments.</p>",
            name = escape(&account.name),
            handle = escape(&account.handle),
            text = escape(&post.text),
            at = post.created_at.0.format("%-d %B %Y, %H:%M:%S UTC"),
            views = numbers.views,
            likes = numbers.likes,
            comments = numbers.comments,
        ))
    });
    let title = format!("Simulated {network}");
    match shown {
        Some(body) => page(StatusCode::OK, &title, &body),
        None => page(
            StatusCode::NOT_FOUND,
            &title,
            "<h1>This post is not there</h1><p>It may have been deleted.</p>",
        ),
    }
}
