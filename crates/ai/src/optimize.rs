//! Improving a text without any service: only what can be done without changing what it says.

use super::checks::{Report, check};
use super::habits::Habits;
use super::hashtags::{hashtags, in_text, same};
use super::keywords::keywords;
use super::language::{Words, detect};
use super::sentences::sentences;
use super::shorten::shorten;
use super::written::{OptimizeRequest, Optimized};
use fanfare_domain::writing::{ImprovementKind, Tone};

/// Paragraphs longer than this are broken between sentences, in characters.
const LONG_PARAGRAPH: usize = 300;

/// Improves a text. Its score never falls; what the checks miss in the first text is told.
pub fn optimize(request: &OptimizeRequest) -> Optimized {
    let (text, platform) = (request.content.trim(), request.platform);
    let habits = Habits::of(Some(platform));
    let before = check(text, platform);
    let better = improved(text, &before, &habits);
    let after = check(&better, platform);
    let (content, after) = if after.score >= before.score || !habits.fits(text) {
        (better, after.score)
    } else {
        (text.to_owned(), before.score)
    };
    Optimized { content, improvements: before.improvements, before: before.score, after }
}

fn improved(text: &str, report: &Report, habits: &Habits) -> String {
    let tags = wanted_hashtags(text, habits);
    let mut body = without_trailing_hashtags(text);
    if report.lacks(ImprovementKind::Hashtags) && in_text(&body).len() > habits.most_hashtags {
        body = body.replace(['#', '＃'], "");
    }
    let mut paragraphs = broken(&body);
    if report.lacks(ImprovementKind::CallToAction)
        && let Some(call) = a_call(text)
    {
        paragraphs.push(call);
    }
    let mut whole = paragraphs.join("\n\n");
    let inside = in_text(&whole);
    let tags: Vec<String> = tags
        .into_iter()
        .filter(|tag| !inside.iter().any(|known| same(known, tag)))
        .map(|tag| format!("#{tag}"))
        .collect();
    let tail = if tags.is_empty() { String::new() } else { format!("\n\n{}", tags.join(" ")) };
    if habits.fits(&format!("{whole}{tail}")) {
        return format!("{whole}{tail}").trim().to_owned();
    }
    // The call goes before the words that the person wrote.
    whole =
        shorten(&broken(&body).join("\n\n"), habits.limit, |part| habits.length(&format!("{part}{tail}")));
    if whole.is_empty() {
        shorten(text, habits.limit, |part| habits.length(part))
    } else {
        format!("{whole}{tail}")
    }
}

/// The text's own hashtags as far as the network likes them, then keywords up to what is usual.
fn wanted_hashtags(text: &str, habits: &Habits) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in in_text(text) {
        if tags.len() < habits.most_hashtags && !tags.iter().any(|known| same(known, &tag)) {
            tags.push(tag);
        }
    }
    for tag in hashtags(&keywords(text, detect(text)), habits.usual_hashtags) {
        if tags.len() < habits.usual_hashtags && !tags.iter().any(|known| same(known, &tag)) {
            tags.push(tag);
        }
    }
    tags
}

fn without_trailing_hashtags(text: &str) -> String {
    let mut rest = text.trim_end();
    while let Some(last) = rest.split_whitespace().next_back().filter(|word| word.starts_with(['#', '＃'])) {
        rest = rest.get(..rest.len() - last.len()).unwrap_or_default().trim_end();
    }
    rest.to_owned()
}

/// The paragraphs, the first sentence and long ones broken out, without runs of spaces and empty lines.
fn broken(text: &str) -> Vec<String> {
    let mut paragraphs = Vec::new();
    for line in text.lines() {
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.is_empty() {
            continue;
        }
        if line.chars().count() > LONG_PARAGRAPH {
            break_up(&line, &mut paragraphs);
        } else {
            paragraphs.push(line);
        }
    }
    paragraphs
}

/// Joins a long line's sentences to paragraphs of a readable length; the first stands alone.
fn break_up(line: &str, paragraphs: &mut Vec<String>) {
    let ranges = sentences(line);
    let ends = ranges.iter().skip(1).map(|range| range.start).chain([line.len()]);
    let (mut from, mut open) = (0, String::new());
    for (index, end) in ends.enumerate() {
        let sentence = line.get(from..end).unwrap_or_default();
        from = end;
        if !open.is_empty() && open.chars().count() + sentence.chars().count() > LONG_PARAGRAPH {
            paragraphs.push(std::mem::take(&mut open).trim().to_owned());
        }
        open.push_str(sentence);
        if index == 0 {
            paragraphs.push(std::mem::take(&mut open).trim().to_owned());
        }
    }
    if !open.trim().is_empty() {
        paragraphs.push(open.trim().to_owned());
    }
}

/// A plain question in the text's language: always the same, so that who asks again is not given another text.
fn a_call(text: &str) -> Option<String> {
    let calls = Words::of(detect(text)).calls.get(&Tone::Professional)?;
    calls.first().cloned()
}
