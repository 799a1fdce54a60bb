//! What YouTube would refuse (YouTube Data API, "Videos": `snippet.title`, `.description`, `.tags[]`).

use crate::text_rules::check_hashtags_and_link;
use fanfare_domain::media::{MediaFacts, MediaKind};
use fanfare_domain::platform::Platform;
use fanfare_domain::violation::{Violation, ViolationCode};
use fanfare_platform_api::PublishInput;

const MAX_TITLE_CHARS: usize = 100;
const MAX_DESCRIPTION_BYTES: usize = 5000;
const MAX_TAG_CHARS: usize = 500;
const MAX_VIDEO_BYTES: u64 = 256 << 30;
const MAX_VIDEO_MILLISECONDS: u64 = 12 * 3600 * 1000;
const MAX_SHORT_MILLISECONDS: u64 = 3 * 60 * 1000;

pub(super) fn validate(input: &PublishInput, platform: Platform) -> Vec<Violation> {
    let mut found = check_hashtags_and_link(input);
    found.extend(check_title(input.title.as_deref().unwrap_or_default()));
    found.extend(check_description(&input.full_text()));
    // Tags count with the commas between them.
    let tag_chars = input.hashtags.iter().map(|tag| tag.chars().count() + 1).sum::<usize>().saturating_sub(1);
    if tag_chars > MAX_TAG_CHARS {
        found.push(Violation::blocking(
            ViolationCode::TooManyHashtags,
            "hashtags",
            format!("YouTube takes {MAX_TAG_CHARS} characters of tags; this is {tag_chars}."),
        ));
    }
    found.extend(check_media(input, platform));
    found
}

fn check_title(title: &str) -> Vec<Violation> {
    let mut found = Vec::new();
    if title.trim().is_empty() {
        found.push(Violation::blocking(
            ViolationCode::TitleMissing,
            "title",
            "A video on YouTube needs a title.",
        ));
    }
    let chars = title.chars().count();
    if chars > MAX_TITLE_CHARS {
        found.push(Violation::blocking(
            ViolationCode::TitleTooLong,
            "title",
            format!("YouTube takes a title of {MAX_TITLE_CHARS} characters; this is {chars}."),
        ));
    }
    found.extend(check_brackets(title, "title"));
    found
}

fn check_description(description: &str) -> Vec<Violation> {
    let mut found = Vec::new();
    if description.len() > MAX_DESCRIPTION_BYTES {
        found.push(Violation::blocking(
            ViolationCode::ContentTooLong,
            "content",
            format!(
                "YouTube takes a description of {MAX_DESCRIPTION_BYTES} bytes; link and hashtags included this is {}.",
                description.len()
            ),
        ));
    }
    found.extend(check_brackets(description, "content"));
    found
}

fn check_brackets(text: &str, field: &str) -> Option<Violation> {
    text.contains(['<', '>']).then(|| {
        Violation::blocking(ViolationCode::TextInvalid, field, "YouTube takes neither < nor > here.")
    })
}

fn check_media(input: &PublishInput, platform: Platform) -> Vec<Violation> {
    match input.media.as_slice() {
        [] => vec![Violation::blocking(
            ViolationCode::MediaRequired,
            "media",
            "A post on YouTube needs a video.",
        )],
        [only] => check_video(&only.facts, platform),
        _ => vec![Violation::blocking(
            ViolationCode::MediaTooMany,
            "media",
            "YouTube takes exactly one video.",
        )],
    }
}

fn check_video(facts: &MediaFacts, platform: Platform) -> Vec<Violation> {
    const FIELD: &str = "media.0";
    if facts.kind != MediaKind::Video {
        return vec![Violation::blocking(
            ViolationCode::MediaTypeNotAllowed,
            FIELD,
            format!("YouTube takes a video, not {}.", facts.mime_type),
        )];
    }
    let mut found = Vec::new();
    if facts.size_bytes > MAX_VIDEO_BYTES {
        found.push(Violation::blocking(
            ViolationCode::MediaTooLarge,
            FIELD,
            "YouTube takes videos of at most 256 GB.",
        ));
    }
    let short = platform == Platform::YoutubeShorts;
    let (longest, words) = if short {
        (MAX_SHORT_MILLISECONDS, "A Short is at most 3 minutes long.")
    } else {
        (MAX_VIDEO_MILLISECONDS, "A video on YouTube is at most 12 hours long.")
    };
    if facts.duration_ms.is_some_and(|milliseconds| milliseconds > longest) {
        found.push(Violation::blocking(ViolationCode::MediaTooLong, FIELD, words));
    }
    if short
        && let (Some(width), Some(height)) = (facts.width, facts.height)
        && width > height
    {
        found.push(Violation::blocking(
            ViolationCode::MediaAspectRatio,
            FIELD,
            "A Short is vertical or square.",
        ));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{input, jpeg, mp4, refusals};
    use ViolationCode as C;
    use fanfare_platform_api::MediaItem;

    fn titled(title: &str, content: &str, media: Vec<MediaItem>) -> PublishInput {
        PublishInput { title: Some(title.to_owned()), ..input(content, media) }
    }

    fn codes_on(input: &PublishInput, platform: Platform) -> Vec<C> {
        refusals(&validate(input, platform)).into_iter().map(|(code, _)| code).collect()
    }

    fn codes(input: &PublishInput) -> Vec<C> {
        codes_on(input, Platform::Youtube)
    }

    #[test]
    fn exactly_one_video_is_needed() {
        assert_eq!(codes(&titled("t", "x", vec![mp4("a")])), []);
        assert_eq!(codes(&titled("t", "x", vec![])), [C::MediaRequired]);
        assert_eq!(codes(&titled("t", "x", vec![mp4("a"), mp4("b")])), [C::MediaTooMany]);
        assert_eq!(codes(&titled("t", "x", vec![jpeg("a")])), [C::MediaTypeNotAllowed]);
    }

    #[test]
    fn title_description_and_tags_have_limits() {
        let with_title = |title: &str| codes(&titled(title, "x", vec![mp4("a")]));
        assert_eq!(with_title(" "), [C::TitleMissing]);
        assert_eq!(with_title(&"語".repeat(100)), []);
        assert_eq!(with_title(&"語".repeat(101)), [C::TitleTooLong]);
        assert_eq!(with_title("a < b"), [C::TextInvalid]);
        assert_eq!(codes(&input("x", vec![mp4("a")])), [C::TitleMissing]);
        let with_content = |content: &str| codes(&titled("t", content, vec![mp4("a")]));
        assert_eq!(with_content(&"x".repeat(5000)), []);
        assert_eq!(with_content(&"é".repeat(2501)), [C::ContentTooLong]);
        assert_eq!(with_content("a > b"), [C::TextInvalid]);
        let mut tagged = titled("t", "x", vec![mp4("a")]);
        tagged.hashtags = vec!["t".repeat(250), "u".repeat(249)];
        assert_eq!(codes(&tagged), []);
        tagged.hashtags.push("v".into());
        assert_eq!(codes(&tagged), [C::TooManyHashtags]);
    }

    #[test]
    fn a_short_is_short_and_upright() {
        let sized = |width, height, milliseconds| {
            let mut video = mp4("a");
            (video.facts.width, video.facts.height) = (Some(width), Some(height));
            video.facts.duration_ms = Some(milliseconds);
            titled("t", "x", vec![video])
        };
        let wide = sized(1920, 1080, 180_001);
        assert_eq!(codes(&wide), []);
        assert_eq!(codes_on(&wide, Platform::YoutubeShorts), [C::MediaTooLong, C::MediaAspectRatio]);
        assert_eq!(codes_on(&sized(1080, 1920, 180_000), Platform::YoutubeShorts), []);
        assert_eq!(codes(&sized(1920, 1080, 12 * 3600 * 1000 + 1)), [C::MediaTooLong]);
    }
}
