//! Writing a text without any service: frames of sentences, filled with the topic and its keywords. The same input
//! gives the same text; another topic takes other frames.

use super::habits::Habits;
use super::hashtags::{capitalised, hashtags};
use super::keywords::{Keyword, keywords};
use super::language::Words;
use super::shorten::shorten;
use super::written::{Generated, TextRequest};
use fanfare_domain::writing::Language;
use sha2::{Digest as _, Sha256};

/// The longest topic that stands in a sentence as it is, in the network's units; of a longer one its keywords do.
const LONGEST_SUBJECT: usize = 80;
/// Texts offered besides the first.
const SUGGESTIONS: u8 = 2;

/// Writes about a topic. The text with its hashtags is within the network's limit.
pub fn generate(request: &TextRequest) -> Generated {
    let habits = Habits::of(request.platform);
    let language = request.language();
    let found = keywords(&request.topic, language);
    let wanted = request.hashtag_count.unwrap_or(habits.usual_hashtags).min(habits.most_hashtags);
    let tags = fitting(hashtags(&found, wanted), &habits);
    let room = habits.limit.saturating_sub(length_of_tags(&tags, &habits));
    let subject = subject(&request.topic, &found, &habits);
    let draft = Draft { request, language, habits, subject, keywords: found, room };
    let content = draft.text(0);
    let mut suggestions: Vec<String> = Vec::new();
    for text in (1..=SUGGESTIONS).map(|variant| draft.text(variant)) {
        if text != content && !suggestions.contains(&text) {
            suggestions.push(text);
        }
    }
    Generated { content, hashtags: tags, suggestions }
}

/// Leaves out what takes more than half of a short network's room.
fn fitting(mut tags: Vec<String>, habits: &Habits) -> Vec<String> {
    while length_of_tags(&tags, habits) > habits.limit / 2 {
        tags.pop();
    }
    tags
}

/// What hashtags add to a text: an empty line, and each with `#` and a space.
pub fn length_of_tags(tags: &[String], habits: &Habits) -> usize {
    if tags.is_empty() { 0 } else { habits.length(&tags.join(" #")) + 3 }
}

/// What the sentences speak about: the topic on one line, or its keywords where it is long.
fn subject(topic: &str, keywords: &[Keyword], habits: &Habits) -> String {
    let line = topic.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = line.trim_end_matches(['.', '!', '?', '。', '！', '？', ' ']);
    if !line.is_empty() && habits.length(line) <= LONGEST_SUBJECT {
        return line.to_owned();
    }
    let words: Vec<&str> = keywords.iter().take(3).map(|keyword| keyword.text.as_str()).collect();
    let words = if words.is_empty() { line.to_owned() } else { words.join(", ") };
    shorten(&words, LONGEST_SUBJECT, |text| habits.length(text))
}

struct Draft<'a> {
    request: &'a TextRequest,
    language: Language,
    habits: Habits,
    subject: String,
    keywords: Vec<Keyword>,
    /// What the hashtags leave.
    room: usize,
}

impl Draft<'_> {
    /// First sentence, body, call; what does not fit is left out from the end.
    fn text(&self, variant: u8) -> String {
        let words = Words::of(self.language);
        let (tone, kind) = (self.request.tone, self.request.content_type);
        let parts = [
            ("hook", words.hooks.get(&tone)),
            ("body", words.bodies.get(&kind)),
            ("call", words.calls.get(&tone)),
        ];
        let mut text = String::new();
        for (part, frames) in parts {
            let Some(sentence) = frames.and_then(|frames| self.sentence(part, frames, variant)) else {
                continue;
            };
            // Two questions in a row sound like an interrogation.
            if part == "call" && text.trim_end().ends_with(['?', '？']) {
                continue;
            }
            let longer = if text.is_empty() { sentence } else { format!("{text}\n\n{sentence}") };
            if self.habits.length(&longer) <= self.room {
                text = longer;
            }
        }
        if text.is_empty() {
            text = shorten(&self.subject, self.room, |text| self.habits.length(text));
        }
        text
    }

    /// One of the frames whose places can all be filled.
    fn sentence(&self, part: &str, frames: &[String], variant: u8) -> Option<String> {
        let keyword = |at: usize| self.keywords.get(at).map(|keyword| keyword.text.as_str());
        let usable: Vec<&String> = frames
            .iter()
            .filter(|frame| keyword(0).is_some() || !frame.contains("{first}"))
            .filter(|frame| keyword(1).is_some() || !frame.contains("{second}"))
            .collect();
        let chosen = self.seed(part).wrapping_add(variant).checked_rem(u8::try_from(usable.len()).ok()?)?;
        let frame = usable.get(usize::from(chosen))?;
        let places = [
            ("{topic}", self.subject.as_str()),
            ("{first}", keyword(0).unwrap_or_default()),
            ("{second}", keyword(1).unwrap_or_default()),
        ];
        Some(capitalised(&filled(frame, &places)))
    }

    /// A number that depends on all that was asked for.
    fn seed(&self, part: &str) -> u8 {
        let request = self.request;
        let platform = request.platform.map_or("any", fanfare_domain::platform::Platform::as_str);
        let asked = [&request.topic, platform, request.tone.as_str(), request.content_type.as_str(), part];
        let mut hash = Sha256::new();
        for field in asked {
            hash.update(field.len().to_be_bytes());
            hash.update(field);
        }
        // Half the range, so that the variants do not wrap around unevenly.
        hash.finalize().first().map_or(0, |byte| byte / 2)
    }
}

/// Fills a frame in one pass: what stands in braces in the topic itself is no place.
fn filled(frame: &str, places: &[(&str, &str)]) -> String {
    let mut text = String::new();
    let mut rest = frame;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        let place =
            places.iter().find_map(|(name, value)| from.strip_prefix(name).map(|after| (*value, after)));
        let (value, after) = place.unwrap_or(("", from.get(1..).unwrap_or_default()));
        text.push_str(value);
        rest = after;
    }
    text.push_str(rest);
    text
}
