use super::*;
use crate::checks::check;
use crate::draft::length_of_tags;
use crate::written::{Generated, OptimizeRequest, TextRequest};
use fanfare_domain::platform::Platform;
use fanfare_domain::post::TemplateType;
use fanfare_domain::writing::{ImprovementKind, Language, Tone};
use std::collections::HashSet;

fn request(topic: &str, platform: Option<Platform>) -> TextRequest {
    TextRequest {
        topic: topic.to_owned(),
        platform,
        tone: Tone::Friendly,
        language: None,
        content_type: TemplateType::Standard,
        hashtag_count: None,
    }
}

/// Topics as they come: short, long, in every script, hostile.
fn topics() -> Vec<String> {
    [
        "",
        " ",
        "coffee",
        "A new coffee shop in Lisbon opens on Monday",
        "카페 오픈 이벤트",
        "東京で新しいカフェを開きます",
        "Neue Rösterei in der Altstadt",
        "Una nueva cafetería en Sevilla",
        "🎉🎉🎉",
        "👨‍👩‍👧‍👦",
        "{topic} {first} {",
        "#one #two @three",
        "https://example.com/a/very/long/address?with=a&query=too",
        "\u{0}\u{7f}\u{202e}",
        "a\u{301}\u{301}\u{301}",
        "مقهى جديد",
        "ร้านกาแฟ",
        "Visit example.com, example.org and example.net today",
        ". . . ! ? …",
        "12345 67890",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// Texts of a hundred thousand bytes.
fn floods() -> Vec<String> {
    ["word ", "가", "漢字かなカナ", "🎉", "a", "# ", "https://example.com/", "W. ", "\n", "{first}", "é-"]
        .map(|unit| unit.repeat(100_000 / unit.len()))
        .to_vec()
}

const TWO: [Platform; 2] = [Platform::Twitter, Platform::Facebook];

fn platforms() -> impl Iterator<Item = Option<Platform>> {
    Platform::ALL.iter().copied().map(Some).chain([None])
}

fn assert_fits(written: &Generated, request: &TextRequest) {
    let habits = Habits::of(request.platform);
    let tags = length_of_tags(&written.hashtags, &habits);
    for text in std::iter::once(&written.content).chain(&written.suggestions) {
        assert!(habits.length(text) + tags <= habits.limit, "{:?}: {text}", request.platform);
        let joined = format!("{text}\n\n#{}", written.hashtags.join(" #"));
        assert!(written.hashtags.is_empty() || habits.fits(&joined), "{:?}: {joined}", request.platform);
    }
    assert!(written.hashtags.len() <= habits.most_hashtags, "{:?}", request.platform);
}

#[test]
fn whatever_the_topic_the_text_fits_its_network() {
    for topic in topics() {
        for platform in platforms() {
            for count in [None, Some(0), Some(30)] {
                let request = TextRequest { hashtag_count: count, ..request(&topic, platform) };
                assert_fits(&generate(&request), &request);
            }
        }
    }
    for topic in floods() {
        for platform in TWO {
            let request = request(&topic, Some(platform));
            assert_fits(&generate(&request), &request);
        }
    }
}

#[test]
fn every_tone_type_and_language_has_its_text() {
    let mut texts = HashSet::new();
    for language in Language::ALL {
        for tone in Tone::ALL {
            for content_type in TemplateType::ALL {
                let request = TextRequest {
                    tone: *tone,
                    content_type: *content_type,
                    language: Some(*language),
                    ..request("coffee beans from Ethiopia", Some(Platform::Linkedin))
                };
                let written = generate(&request);
                assert_fits(&written, &request);
                assert!(written.content.contains("offee beans from Ethiopia"), "{}", written.content);
                assert!(!written.content.contains('{') && written.suggestions.len() == 2, "{written:?}");
                texts.insert(written.content);
            }
        }
    }
    // No two choices speak alike: few of the combinations fall on the same frames.
    assert!(texts.len() > 150, "{}", texts.len());
}

#[test]
fn the_same_request_gives_the_same_text_and_another_topic_other_frames() {
    let text = |topic: &str| generate(&request(topic, None));
    assert_eq!(text("coffee"), text("coffee"));
    let frames: HashSet<String> = ["coffee", "cheese", "chairs", "clouds", "crafts", "comics"]
        .map(|topic| text(topic).content.replace(topic, "*"))
        .into();
    assert!(frames.len() >= 4, "{frames:?}");
}

#[test]
fn a_text_is_in_the_topics_language_unless_another_is_asked_for() {
    let korean = generate(&request("새로운 카페 오픈", None));
    assert!(korean.content.chars().filter(|c| matches!(c, '가'..='힣')).count() > 15, "{}", korean.content);
    let asked = TextRequest { language: Some(Language::De), ..request("새로운 카페 오픈", None) };
    assert!(generate(&asked).content.contains("새로운 카페 오픈"));
    assert_eq!(asked.language(), Language::De);
}

#[test]
fn hashtags_come_from_the_text_as_many_as_are_asked_for_and_the_network_likes() {
    let content =
        "Our coffee shop in Lisbon roasts coffee from Ethiopia. The coffee shop is open now. #Latte"
            .to_owned();
    let tags =
        |platform, count| suggest_hashtags(&HashtagRequest { content: content.clone(), platform, count });
    assert_eq!(tags(None, Some(3)), ["Latte", "CoffeeShop", "coffee"]);
    assert_eq!(tags(Some(Platform::Threads), Some(9)).len(), 1);
    assert_eq!(tags(Some(Platform::Instagram), None).len(), 5);
    for topic in topics() {
        for platform in platforms() {
            let request = HashtagRequest { content: topic.clone(), platform, count: Some(30) };
            let tags = suggest_hashtags(&request);
            assert!(tags.len() <= platform.map_or(30, |it| Habits::of(Some(it)).most_hashtags));
            let distinct: HashSet<String> = tags.iter().map(|tag| tag.to_lowercase()).collect();
            assert_eq!(distinct.len(), tags.len());
        }
    }
}

fn assert_improved(content: &str, platform: Platform) {
    let habits = Habits::of(Some(platform));
    let done = optimize(&OptimizeRequest { content: content.to_owned(), platform });
    let start: String = content.chars().take(60).collect();
    assert!(habits.fits(&done.content), "{platform}: {start}");
    assert_eq!(done.after, check(&done.content, platform).score, "{platform}: {start}");
    assert!(done.after >= done.before, "{platform}: {} {} {start}", done.before, done.after);
    assert!(in_text(&done.content).len() <= habits.most_hashtags, "{platform}: {start}");
}

#[test]
fn whatever_the_text_an_optimised_one_fits_and_scores_no_less() {
    for content in topics() {
        for platform in Platform::ALL {
            assert_improved(&content, *platform);
        }
    }
    for content in floods() {
        for platform in &TWO {
            assert_improved(&content, *platform);
        }
    }
}

#[test]
fn optimising_adds_what_is_missing_and_keeps_what_was_said() {
    let content = "We open a new coffee shop in Lisbon next Monday, with coffee from Ethiopia".to_owned();
    let done = optimize(&OptimizeRequest { content: content.clone(), platform: Platform::Twitter });
    assert!(done.content.starts_with(&content), "{}", done.content);
    assert!(done.content.contains('?') && done.content.contains("\n\n#"), "{}", done.content);
    assert_eq!((done.before, done.after), (65, 100), "{done:?}");
    let kinds: Vec<ImprovementKind> = done.improvements.iter().map(|it| it.kind).collect();
    assert_eq!(kinds, [ImprovementKind::Hashtags, ImprovementKind::CallToAction]);
}
