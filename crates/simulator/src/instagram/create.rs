//! POST /{ig}/media: makes a container.

use super::container::Container;
use super::errors;
use super::pull::{MAX_IMAGE_BYTES, MAX_VIDEO_BYTES, PullFault, Pulled, pull};
use super::request::GraphRequest;
use super::text::CHANGES;
use crate::core::answer::{Outcome, Refusal, json};
use crate::core::record::MediaSummary;
use crate::core::step::Step;
use axum::http::StatusCode;
use fanfare_domain::platform::Platform;
use serde_json::json;
use std::time::Duration;

const MAX_CAPTION_CHARS: usize = 2_200;
const MAX_HASHTAGS: usize = 30;
const MAX_MENTIONS: usize = 20;
/// Width by height of a picture in the feed, with a little room for rounding.
const ASPECT_RATIOS: std::ops::RangeInclusive<f64> = 0.795..=1.915;

/// What a container is made of.
struct Content {
    media_type: String,
    media: Vec<MediaSummary>,
    error: Option<String>,
}

pub async fn create(request: &GraphRequest) -> Outcome {
    let simulator = &request.simulator;
    let caption = CHANGES.stored(request.form.get("caption").unwrap_or_default());
    Ok(simulator
        .pass(request.call(Step::CreateContainer), async |longer| {
            check_caption(&caption)?;
            let content = content(request).await?;
            let now = simulator.now();
            let wait =
                if content.media_type == "IMAGE" { Duration::ZERO } else { simulator.processing_time() };
            simulator.store().transaction(|transaction| {
                let id = format!("179{:014}", transaction.next_number());
                let container = Container {
                    media_type: content.media_type,
                    caption: caption.clone(),
                    media: content.media,
                    carousel_item: request.form.get("is_carousel_item") == Some("true"),
                    ready_at: now.plus(wait + longer),
                    error: content.error,
                    published_as: None,
                    created_at: now,
                };
                container.store(transaction, &request.remote_id, &id);
                transaction.effective(Platform::Instagram, &request.remote_id, Step::CreateContainer);
                Ok(json(StatusCode::OK, &json!({ "id": id })))
            })
        })
        .await)
}

fn check_caption(caption: &str) -> Result<(), Refusal> {
    let (hashtags, mentions) = (tags(caption, '#'), tags(caption, '@'));
    if caption.chars().count() > MAX_CAPTION_CHARS || hashtags > MAX_HASHTAGS || mentions > MAX_MENTIONS {
        let words = "The caption was too long. It can have 2,200 characters, 30 hashtags and 20 mentions.";
        return Err(errors::refusal(36_004, 2_207_010, words, "Caption too long").into());
    }
    Ok(())
}

/// How many words begin with `mark`: behind the beginning, another such word, or anything but an ASCII letter or digit.
fn tags(caption: &str, mark: char) -> usize {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let parts: Vec<&str> = caption.split(mark).collect();
    let mut in_tag = false;
    let mut count = 0;
    for (before, behind) in parts.iter().zip(parts.iter().skip(1)) {
        // The tag before goes on up to here.
        in_tag = in_tag && !before.is_empty() && before.chars().all(is_word);
        let glued = before
            .chars()
            .next_back()
            .is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '/' | '&'));
        let continues = mark == '#' && in_tag;
        in_tag = (!glued || continues) && behind.starts_with(is_word);
        count += usize::from(in_tag);
    }
    count
}

async fn content(request: &GraphRequest) -> Result<Content, Refusal> {
    let form = &request.form;
    let media_type = form.get("media_type");
    if media_type == Some("CAROUSEL") {
        let children = form.get("children").ok_or_else(|| errors::missing_parameter("children"))?;
        return carousel(request, children);
    }
    match (form.get("image_url"), form.get("video_url"), media_type) {
        (Some(address), None, None | Some("IMAGE" | "STORIES")) => image(request, address).await,
        (None, Some(address), Some(kind @ ("REELS" | "STORIES" | "VIDEO"))) => {
            // Outside a carousel a video in the feed is a reel.
            if kind == "VIDEO" && form.get("is_carousel_item") != Some("true") {
                let words =
                    "The VIDEO value for media_type is no longer supported. Use the REELS media_type.";
                return Err(errors::refusal(100, 2_207_067, words, "Unsupported media type").into());
            }
            Ok(video(request, address, kind).await)
        }
        (None, Some(_), _) => Err(errors::missing_parameter("media_type").into()),
        _ => Err(errors::missing_parameter("image_url").into()),
    }
}

/// A picture is fetched and looked at while the client waits.
async fn image(request: &GraphRequest, address: &str) -> Result<Content, Refusal> {
    let Pulled { summary, size } =
        pull(request.simulator.media(), address, MAX_IMAGE_BYTES).await.map_err(|fault| match fault {
            PullFault::Unreachable => {
                let words = "The media could not be fetched from this URI.";
                errors::refusal(9_004, 2_207_052, words, "Media download has failed")
            }
            PullFault::TooLarge => {
                let words = "The image is too large to download. It should be less than 8 MiB.";
                errors::refusal(36_000, 2_207_004, words, "Image size too large")
            }
        })?;
    if summary.mime_type != "image/jpeg" {
        let words = "The image format is not supported. Please check spec for supported JPEG format.";
        return Err(errors::refusal(36_001, 2_207_005, words, "Unsupported image format").into());
    }
    let ratio = size.and_then(|(width, height)| {
        Some(f64::from(u32::try_from(width).ok()?) / f64::from(u32::try_from(height).ok()?))
    });
    if request.form.get("media_type") != Some("STORIES") && ratio.is_some_and(|r| !ASPECT_RATIOS.contains(&r))
    {
        let words =
            "The submitted image with aspect ratio is not supported. It has to be between 4:5 and 1.91:1.";
        return Err(errors::refusal(36_003, 2_207_009, words, "Aspect ratio not supported").into());
    }
    Ok(Content { media_type: "IMAGE".to_owned(), media: vec![summary], error: None })
}

/// A video gets a container whatever it is; what is wrong shows in the container's status.
async fn video(request: &GraphRequest, address: &str, kind: &str) -> Content {
    let pulled = pull(request.simulator.media(), address, MAX_VIDEO_BYTES).await;
    let (media, error) = match pulled {
        Ok(Pulled { summary, .. })
            if matches!(summary.mime_type.as_str(), "video/mp4" | "video/quicktime") =>
        {
            (vec![summary], None)
        }
        Ok(_) => (Vec::new(), Some("Media upload has failed with error code 2207026".to_owned())),
        Err(_) => (Vec::new(), Some("Media upload has failed with error code 2207052".to_owned())),
    };
    Content { media_type: kind.to_owned(), media, error }
}

fn carousel(request: &GraphRequest, children: &str) -> Result<Content, Refusal> {
    let ids: Vec<&str> = children.split(',').map(str::trim).filter(|id| !id.is_empty()).collect();
    if !(2..=10).contains(&ids.len()) {
        let words = "The carousel has to have 2 to 10 children.";
        return Err(errors::refusal(100, 2_207_016, words, "Wrong number of children").into());
    }
    let now = request.simulator.now();
    request.simulator.store().read(|state| {
        let mut media = Vec::new();
        for id in ids {
            let child = Container::of(state, &request.remote_id, id);
            let child = child.filter(|child| child.carousel_item && child.status_code(now) == "FINISHED");
            let Some(child) = child else {
                let words = format!("The child {id} is not a finished carousel item.");
                return Err(errors::refusal(100, 2_207_032, &words, "Invalid child").into());
            };
            media.extend(child.media);
        }
        Ok(Content { media_type: "CAROUSEL".to_owned(), media, error: None })
    })
}
