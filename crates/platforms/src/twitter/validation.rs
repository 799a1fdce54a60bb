//! What X would refuse (X, "Counting characters", "Media best practices").

use super::text::{CHANGES, sent};
use crate::text_rules::check_hashtags_and_link;
use fanfare_domain::media::MediaKind;
use fanfare_domain::violation::{Violation, ViolationCode};
use fanfare_domain::x_text::weighted_length;
use fanfare_platform_api::{MediaItem, PublishInput};

/// The longest post of an account without Premium, in weighted characters.
const MAX_LENGTH: usize = 280;
const MAX_IMAGES: usize = 4;
const IMAGE_TYPES: &[&str] = &["image/jpeg", "image/png", "image/webp"];
const VIDEO_TYPES: &[&str] = &["video/mp4", "video/quicktime"];
const MAX_IMAGE_BYTES: u64 = 5 << 20;
const MAX_GIF_BYTES: u64 = 15 << 20;
const MAX_VIDEO_BYTES: u64 = 512 << 20;
const VIDEO_MILLISECONDS: std::ops::RangeInclusive<u64> = 500..=140_000;

pub(super) fn validate(input: &PublishInput) -> Vec<Violation> {
    let mut found = check_hashtags_and_link(input);
    let text = sent(input);
    let length = weighted_length(&text);
    if CHANGES.is_blank(&text) && input.media.is_empty() {
        found.push(Violation::blocking(
            ViolationCode::ContentEmpty,
            "content",
            "A post on X needs text or a media file.",
        ));
    }
    if length > MAX_LENGTH {
        found.push(Violation::blocking(
            ViolationCode::ContentTooLong,
            "content",
            format!(
                "X takes {MAX_LENGTH} characters; link and hashtags included this is {length}. A link counts 23, an emoji or a character of Chinese, Japanese or Korean 2."
            ),
        ));
    }
    found.extend(check_mix(&input.media));
    for (index, item) in input.media.iter().enumerate() {
        found.extend(check_medium(item, &format!("media.{index}")));
    }
    found
}

fn check_mix(media: &[MediaItem]) -> Option<Violation> {
    let moving = media.iter().filter(|item| item.facts.kind != MediaKind::Image).count();
    if moving > 0 && media.len() > 1 {
        return Some(Violation::blocking(
            ViolationCode::MediaMixNotAllowed,
            "media",
            "X takes up to 4 pictures, or one GIF, or one video; not together.",
        ));
    }
    (media.len() > MAX_IMAGES).then(|| {
        Violation::blocking(
            ViolationCode::MediaTooMany,
            "media",
            format!("X takes at most {MAX_IMAGES} pictures."),
        )
    })
}

fn check_medium(item: &MediaItem, field: &str) -> Vec<Violation> {
    let facts = &item.facts;
    let (types, max_bytes) = match facts.kind {
        MediaKind::Image => (IMAGE_TYPES, MAX_IMAGE_BYTES),
        MediaKind::Gif => (&["image/gif"] as &[&str], MAX_GIF_BYTES),
        MediaKind::Video => (VIDEO_TYPES, MAX_VIDEO_BYTES),
    };
    let mut found = Vec::new();
    if !types.contains(&facts.mime_type.as_str()) {
        found.push(Violation::blocking(
            ViolationCode::MediaTypeNotAllowed,
            field,
            format!("X does not take {}; it takes {}.", facts.mime_type, types.join(", ")),
        ));
    }
    if facts.size_bytes > max_bytes {
        found.push(Violation::blocking(
            ViolationCode::MediaTooLarge,
            field,
            format!("X takes at most {} MB here.", max_bytes >> 20),
        ));
    }
    if facts.kind == MediaKind::Video
        && let Some(milliseconds) = facts.duration_ms
        && !VIDEO_MILLISECONDS.contains(&milliseconds)
    {
        let code = if milliseconds < *VIDEO_MILLISECONDS.start() {
            ViolationCode::MediaTooShort
        } else {
            ViolationCode::MediaTooLong
        };
        found.push(Violation::blocking(code, field, "A video on X is 0.5 to 140 seconds long."));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{gif, input, jpeg, mp4, refusals};
    use ViolationCode as C;

    fn codes(content: &str, media: Vec<MediaItem>) -> Vec<C> {
        refusals(&validate(&input(content, media))).into_iter().map(|(code, _)| code).collect()
    }

    #[test]
    fn text_is_measured_with_link_and_hashtags() {
        assert_eq!(codes(&"x".repeat(280), vec![]), []);
        assert_eq!(codes(&"x".repeat(281), vec![]), [C::ContentTooLong]);
        assert_eq!(codes(&"語".repeat(140), vec![]), []);
        assert_eq!(codes(&"語".repeat(141), vec![]), [C::ContentTooLong]);
        let marked = format!("\u{feff}{}\u{ffff}", "x".repeat(280));
        assert_eq!(codes(&marked, vec![]), [], "what X refuses is not sent");
        let mut long = input(&"x".repeat(256), vec![]);
        long.link_url = Some("https://example.com/a/very/long/path/that/does/not/count".parse().unwrap());
        assert_eq!(refusals(&validate(&long)), []);
        long.hashtags = vec!["a".into()];
        assert_eq!(refusals(&validate(&long)), [(C::ContentTooLong, "content")]);
    }

    #[test]
    fn a_post_has_text_or_a_medium() {
        assert_eq!(codes(" ", vec![]), [C::ContentEmpty]);
        assert_eq!(codes("\u{feff}\u{200b} \u{2060}", vec![]), [C::ContentEmpty]);
        assert_eq!(codes("", vec![jpeg("a")]), []);
    }

    #[test]
    fn media_are_four_pictures_or_one_moving_one() {
        let pictures = |n: usize| (0..n).map(|i| jpeg(&i.to_string())).collect::<Vec<_>>();
        assert_eq!(codes("x", pictures(4)), []);
        assert_eq!(codes("x", pictures(5)), [C::MediaTooMany]);
        assert_eq!(codes("x", vec![gif("a")]), []);
        assert_eq!(codes("x", vec![mp4("a")]), []);
        assert_eq!(codes("x", vec![mp4("a"), jpeg("b")]), [C::MediaMixNotAllowed]);
        assert_eq!(codes("x", vec![gif("a"), gif("b")]), [C::MediaMixNotAllowed]);
    }

    #[test]
    fn each_medium_has_its_type_size_and_duration() {
        let mut tiff = jpeg("a");
        tiff.facts.mime_type = "image/tiff".into();
        tiff.facts.size_bytes = (5 << 20) + 1;
        assert_eq!(
            refusals(&validate(&input("x", vec![tiff]))),
            [(C::MediaTypeNotAllowed, "media.0"), (C::MediaTooLarge, "media.0")]
        );
        let mut big_gif = gif("a");
        big_gif.facts.size_bytes = (15 << 20) + 1;
        assert_eq!(codes("x", vec![big_gif]), [C::MediaTooLarge]);
        let video = |milliseconds| {
            let mut video = mp4("a");
            video.facts.duration_ms = milliseconds;
            codes("x", vec![video])
        };
        assert_eq!(video(Some(499)), [C::MediaTooShort]);
        assert_eq!(video(Some(500)), []);
        assert_eq!(video(Some(140_000)), []);
        assert_eq!(video(Some(140_001)), [C::MediaTooLong]);
        assert_eq!(video(None), []);
    }
}
