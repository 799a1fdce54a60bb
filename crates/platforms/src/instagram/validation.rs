//! What Instagram would refuse (Instagram Platform, "IG User Media": limits of images, reels and carousels).

use super::tags::Tags;
use crate::text_rules::check_hashtags_and_link;
use fanfare_domain::media::{MediaFacts, MediaKind};
use fanfare_domain::violation::{Violation, ViolationCode};
use fanfare_platform_api::{ClientMode, MediaItem, PublishInput};
use std::ops::RangeInclusive;
use url::{Host, Url};

const MAX_CAPTION_CHARS: usize = 2200;
const MAX_HASHTAGS: usize = 30;
/// Mentions of accounts.
const MAX_MENTIONS: usize = 20;
/// Newer guidance: more than this many are accepted but may be cut or shown to fewer people.
const ADVISED_HASHTAGS: usize = 5;
const MAX_MEDIA: usize = 10;
const MAX_IMAGE_BYTES: u64 = 8 << 20;
const MAX_VIDEO_BYTES: u64 = 1 << 30;
/// Width to height, in thousandths: 4:5 to 1.91:1.
const ASPECT_THOUSANDTHS: RangeInclusive<u64> = 800..=1910;
const VIDEO_MILLISECONDS: RangeInclusive<u64> = 3_000..=15 * 60_000;

pub(super) fn validate(input: &PublishInput, mode: ClientMode) -> Vec<Violation> {
    let mut found = check_hashtags_and_link(input);
    found.extend(check_caption(&input.full_text()));
    if input.media.is_empty() {
        found.push(Violation::blocking(
            ViolationCode::MediaRequired,
            "media",
            "A post on Instagram needs a picture or a video.",
        ));
    }
    if input.media.len() > MAX_MEDIA {
        found.push(Violation::blocking(
            ViolationCode::MediaTooMany,
            "media",
            format!("Instagram takes at most {MAX_MEDIA} media in a carousel."),
        ));
    }
    for (index, item) in input.media.iter().enumerate() {
        found.extend(check_medium(item, &format!("media.{index}"), mode));
    }
    found
}

fn check_caption(caption: &str) -> Vec<Violation> {
    let mut found = Vec::new();
    let chars = caption.chars().count();
    if chars > MAX_CAPTION_CHARS {
        found.push(Violation::blocking(
            ViolationCode::ContentTooLong,
            "content",
            format!(
                "Instagram takes {MAX_CAPTION_CHARS} characters; link and hashtags included this is {chars}."
            ),
        ));
    }
    let Tags { hashtags, mentions } = Tags::of(caption);
    if mentions > MAX_MENTIONS {
        found.push(Violation::blocking(
            ViolationCode::TooManyMentions,
            "content",
            format!(
                "Instagram takes at most {MAX_MENTIONS} mentions (@); there are {mentions}. Leave some out."
            ),
        ));
    }
    if hashtags > ADVISED_HASHTAGS {
        found.push(Violation {
            code: ViolationCode::TooManyHashtags,
            message: format!(
                "Instagram takes at most {MAX_HASHTAGS} hashtags and advises {ADVISED_HASHTAGS}; there are {hashtags}."
            ),
            field: "hashtags".to_owned(),
            blocking: hashtags > MAX_HASHTAGS,
        });
    }
    found
}

fn check_medium(item: &MediaItem, field: &str, mode: ClientMode) -> Vec<Violation> {
    let mut found = match item.facts.kind {
        MediaKind::Video => check_video(&item.facts, field),
        MediaKind::Image | MediaKind::Gif => check_image(&item.facts, field),
    };
    if mode == ClientMode::Live && !is_public(&item.public_url) {
        found.push(Violation::blocking(
            ViolationCode::MediaNotPublic,
            field,
            "Instagram fetches media from this server, whose address cannot be reached from outside: set FANFARE_PUBLIC_URL.",
        ));
    }
    found
}

fn check_image(facts: &MediaFacts, field: &str) -> Vec<Violation> {
    let mut found = Vec::new();
    if facts.mime_type != "image/jpeg" {
        found.push(Violation::blocking(
            ViolationCode::MediaTypeNotAllowed,
            field,
            format!("Instagram takes pictures as JPEG only, not {}.", facts.mime_type),
        ));
    }
    if facts.size_bytes > MAX_IMAGE_BYTES {
        found.push(Violation::blocking(
            ViolationCode::MediaTooLarge,
            field,
            "Instagram takes pictures of at most 8 MB.",
        ));
    }
    if let (Some(width), Some(height)) = (facts.width, facts.height)
        && let Some(ratio) = (u64::from(width) * 1000).checked_div(u64::from(height))
        && !ASPECT_THOUSANDTHS.contains(&ratio)
    {
        found.push(Violation::blocking(
            ViolationCode::MediaAspectRatio,
            field,
            format!("Instagram takes pictures from 4:5 to 1.91:1; this is {width} x {height}."),
        ));
    }
    found
}

fn check_video(facts: &MediaFacts, field: &str) -> Vec<Violation> {
    let mut found = Vec::new();
    if !matches!(facts.mime_type.as_str(), "video/mp4" | "video/quicktime") {
        found.push(Violation::blocking(
            ViolationCode::MediaTypeNotAllowed,
            field,
            format!("Instagram takes videos as MP4 or MOV, not {}.", facts.mime_type),
        ));
    }
    if facts.size_bytes > MAX_VIDEO_BYTES {
        found.push(Violation::blocking(
            ViolationCode::MediaTooLarge,
            field,
            "Instagram takes videos of at most 1 GB.",
        ));
    }
    if let Some(milliseconds) = facts.duration_ms
        && !VIDEO_MILLISECONDS.contains(&milliseconds)
    {
        let code = if milliseconds < *VIDEO_MILLISECONDS.start() {
            ViolationCode::MediaTooShort
        } else {
            ViolationCode::MediaTooLong
        };
        found.push(Violation::blocking(code, field, "A reel is 3 seconds to 15 minutes long."));
    }
    found
}

/// Whether the address can be one that others reach. Names are not resolved: validation asks nobody.
fn is_public(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            // A name of one label, or of the local zones.
            name.rsplit_once('.').is_some_and(|(_, zone)| !matches!(zone, "local" | "localhost"))
        }
        Some(Host::Ipv4(ip)) => {
            !(ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified())
        }
        Some(Host::Ipv6(ip)) => {
            !(ip.is_loopback() || ip.is_unspecified() || ip.is_unique_local() || ip.is_unicast_link_local())
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{gif, input, jpeg, mp4, refusals};
    use ViolationCode as C;

    fn codes(input: &PublishInput) -> Vec<C> {
        refusals(&validate(input, ClientMode::Live)).into_iter().map(|(code, _)| code).collect()
    }

    fn with(edit: impl FnOnce(&mut MediaItem), mut item: MediaItem) -> Vec<C> {
        edit(&mut item);
        codes(&input("x", vec![item]))
    }

    #[test]
    fn one_to_ten_media_are_needed() {
        let pictures = |n: usize| input("x", (0..n).map(|i| jpeg(&i.to_string())).collect());
        assert_eq!(codes(&pictures(0)), [C::MediaRequired]);
        assert_eq!(codes(&pictures(1)), []);
        assert_eq!(codes(&pictures(10)), []);
        assert_eq!(codes(&pictures(11)), [C::MediaTooMany]);
        assert_eq!(codes(&input("x", vec![jpeg("a"), mp4("b")])), []);
    }

    #[test]
    fn captions_and_hashtags_are_counted() {
        assert_eq!(codes(&input(&"語".repeat(2200), vec![jpeg("a")])), []);
        assert_eq!(codes(&input(&"語".repeat(2201), vec![jpeg("a")])), [C::ContentTooLong]);
        let mut tagged = input("x", vec![jpeg("a")]);
        tagged.hashtags = (0..30).map(|i| format!("t{i}")).collect();
        assert_eq!(codes(&tagged), []);
        assert_eq!(validate(&tagged, ClientMode::Live).len(), 1, "a warning");
        tagged.content = "#one more".into();
        assert_eq!(codes(&tagged), [C::TooManyHashtags]);
        assert_eq!(codes(&input(&"#a".repeat(30), vec![jpeg("a")])), []);
        assert_eq!(codes(&input(&"(#a)".repeat(31), vec![jpeg("a")])), [C::TooManyHashtags]);
        assert_eq!(codes(&input(&"@a ".repeat(20), vec![jpeg("a")])), []);
        assert_eq!(codes(&input(&"@a,".repeat(21), vec![jpeg("a")])), [C::TooManyMentions]);
    }

    #[test]
    fn pictures_are_jpeg_of_a_size_and_shape() {
        assert_eq!(with(|it| it.facts.mime_type = "image/png".into(), jpeg("a")), [C::MediaTypeNotAllowed]);
        assert_eq!(with(|_| (), gif("a")), [C::MediaTypeNotAllowed]);
        assert_eq!(with(|it| it.facts.size_bytes = (8 << 20) + 1, jpeg("a")), [C::MediaTooLarge]);
        let shape = |width, height| {
            with(|it| (it.facts.width, it.facts.height) = (Some(width), Some(height)), jpeg("a"))
        };
        assert_eq!(shape(1080, 1350), []);
        assert_eq!(shape(1080, 1351), [C::MediaAspectRatio]);
        assert_eq!(shape(1910, 1000), []);
        assert_eq!(shape(1911, 1000), [C::MediaAspectRatio]);
        assert_eq!(shape(1000, 0), []);
    }

    #[test]
    fn reels_have_a_type_size_and_duration() {
        assert_eq!(with(|it| it.facts.mime_type = "video/webm".into(), mp4("a")), [C::MediaTypeNotAllowed]);
        assert_eq!(with(|it| it.facts.size_bytes = (1 << 30) + 1, mp4("a")), [C::MediaTooLarge]);
        assert_eq!(with(|it| it.facts.duration_ms = Some(2_999), mp4("a")), [C::MediaTooShort]);
        assert_eq!(with(|it| it.facts.duration_ms = Some(900_001), mp4("a")), [C::MediaTooLong]);
    }

    #[test]
    fn the_real_instagram_has_to_reach_our_media() {
        for address in
            ["http://127.0.0.1:8000/m", "http://localhost/m", "http://10.1.2.3/m", "http://[::1]/m"]
        {
            let private = |it: &mut MediaItem| it.public_url = address.parse().unwrap();
            assert_eq!(with(private, jpeg("a")), [C::MediaNotPublic], "{address}");
        }
        let mut local = jpeg("a");
        local.public_url = "http://127.0.0.1:8000/m".parse().unwrap();
        assert_eq!(validate(&input("x", vec![local]), ClientMode::Simulation), []);
    }
}
