//! How well a text is made for its network: six checks, each with its share of 100 points.

use super::habits::{Habits, is_mostly_cjk};
use super::hashtags::in_text;
use super::language::{Words, detect};
use super::sentences::sentences;
use super::written::Improvement;
use fanfare_domain::platform::Platform;
use fanfare_domain::writing::ImprovementKind;
use fanfare_domain::x_text::find_links;

/// What the checks say of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// 0 to 100.
    pub score: u8,
    /// One for each check that the text does not pass.
    pub improvements: Vec<Improvement>,
}

impl Report {
    pub fn lacks(&self, kind: ImprovementKind) -> bool {
        self.improvements.iter().any(|improvement| improvement.kind == kind)
    }
}

/// Points of a check that is passed in part, and what to do; `None`: all points.
type Verdict = Option<(u8, String)>;

/// The longest first line, in letters that are read at a glance; half of it in scripts that say more with each.
const LONGEST_HOOK: usize = 100;
/// The longest average sentence, in words; four characters of scripts without spaces count as one.
const LONGEST_SENTENCE: usize = 22;
/// The longest paragraph, in characters.
const LONGEST_PARAGRAPH: usize = 400;

/// Looks at a text as it would be published.
pub fn check(text: &str, platform: Platform) -> Report {
    let habits = Habits::of(Some(platform));
    let name = platform.display_name();
    let checks: [(ImprovementKind, u8, Verdict); 6] = [
        (ImprovementKind::Length, 20, length(text, &habits, name)),
        (ImprovementKind::Hook, 20, hook(text)),
        (ImprovementKind::Hashtags, 15, hashtags(text, &habits, name)),
        (ImprovementKind::Links, 10, links(text, &habits, name)),
        (ImprovementKind::CallToAction, 20, call(text)),
        (ImprovementKind::Readability, 15, readability(text)),
    ];
    let mut report = Report { score: 0, improvements: Vec::new() };
    for (kind, points, verdict) in checks {
        report.score += verdict.as_ref().map_or(points, |(part, _)| points * part / 4);
        if let Some((_, suggestion)) = verdict {
            report.improvements.push(Improvement { kind, suggestion });
        }
    }
    report
}

fn length(text: &str, habits: &Habits, name: &str) -> Verdict {
    let (length, (least, most)) = (habits.length(text), habits.best);
    if length > habits.limit {
        return Some((0, format!("{name} takes {} characters; the text has {length}.", habits.limit)));
    }
    if length > most {
        return Some((
            2,
            format!("Texts of up to {most} characters are read to the end on {name}; this has {length}."),
        ));
    }
    // A script that says more with each letter needs fewer.
    let least = if is_mostly_cjk(text) { least / 2 } else { least };
    (length < least)
        .then(|| (2, format!("Say a little more: below {least} characters a post is easily overlooked.")))
}

fn hook(text: &str) -> Verdict {
    let first = sentences(text).first().and_then(|range| text.get(range.clone())).unwrap_or_default();
    if first.is_empty() {
        return Some((0, "Begin with a sentence that makes people stop.".to_owned()));
    }
    if first.starts_with(['#', '@']) || find_links(first).first().is_some_and(|link| link.start == 0) {
        return Some((1, "Begin with words, not with a hashtag, a mention or a link.".to_owned()));
    }
    let most = if is_mostly_cjk(first) { LONGEST_HOOK / 2 } else { LONGEST_HOOK };
    let letters = first.chars().count();
    (letters > most)
        .then(|| (2, format!("Shorten the first sentence to {most} characters; it has {letters}.")))
}

fn hashtags(text: &str, habits: &Habits, name: &str) -> Verdict {
    let count = in_text(text).len();
    let (usual, most) = (habits.usual_hashtags, habits.most_hashtags);
    if count == 0 {
        return Some((0, format!("Add {usual} hashtag(s), as is usual on {name}.")));
    }
    (count > most).then(|| (1, format!("Keep {most} hashtag(s) at most on {name}; the text has {count}.")))
}

fn links(text: &str, habits: &Habits, name: &str) -> Verdict {
    let count = find_links(text).len();
    if count > 0 && !habits.opens_links {
        return Some((
            1,
            format!(
                "Links in a text cannot be clicked on {name}: put it into the profile or the link field."
            ),
        ));
    }
    (count > 1).then(|| (2, format!("Keep one link; {count} compete for the same click.")))
}

fn call(text: &str) -> Verdict {
    let asks = Words::of(detect(text)).calls_to_act(text);
    (!asks).then(|| (0, "Ask a question, or say what to do next.".to_owned()))
}

fn readability(text: &str) -> Verdict {
    if text.lines().any(|line| line.chars().count() > LONGEST_PARAGRAPH) {
        return Some((1, format!("Break paragraphs of more than {LONGEST_PARAGRAPH} characters.")));
    }
    let found = sentences(text);
    let words: usize = found.iter().filter_map(|range| text.get(range.clone())).map(words).sum();
    let average = words.checked_div(found.len()).unwrap_or(0);
    if average > LONGEST_SENTENCE {
        return Some((
            2,
            format!("Shorten the sentences to {LONGEST_SENTENCE} words; they have {average} on average."),
        ));
    }
    let (capitals, letters) = text
        .chars()
        .filter(|c| c.is_uppercase() || c.is_lowercase())
        .fold((0_usize, 0_usize), |(capitals, letters), c| {
            (capitals + usize::from(c.is_uppercase()), letters + 1)
        });
    let shouts = letters > 20 && capitals * 2 > letters;
    shouts.then(|| (1, "Write in lower case: capitals read as shouting.".to_owned()))
}

fn words(sentence: &str) -> usize {
    if is_mostly_cjk(sentence) { sentence.chars().count() / 4 } else { sentence.split_whitespace().count() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ImprovementKind::{CallToAction, Hashtags, Hook, Length, Links, Readability};

    fn lacking(text: &str, platform: Platform) -> Vec<ImprovementKind> {
        check(text, platform).improvements.into_iter().map(|it| it.kind).collect()
    }

    #[test]
    fn a_text_that_passes_every_check_has_a_hundred_points() {
        let good = "We open our coffee shop on Monday.\n\nCome by for a free cup. What will you try first?\n\n#CoffeeShop #Coffee";
        assert_eq!(check(good, Platform::Twitter), Report { score: 100, improvements: Vec::new() });
        let good = "월요일에 카페를 엽니다.\n\n첫 잔은 무료입니다. 어떤 커피를 좋아하세요? 여러분의 이야기가 궁금합니다.\n\n#카페 #커피";
        assert_eq!(lacking(good, Platform::Twitter), []);
    }

    #[test]
    fn each_check_names_what_it_misses() {
        let long = "word ".repeat(70);
        assert_eq!(lacking(&format!("Hello there.\n{long}? #a"), Platform::Twitter), [Length, Readability]);
        assert_eq!(lacking("", Platform::Linkedin), [Length, Hook, Hashtags, CallToAction]);
        let tags = "A sentence of some length that says what is new today. Tell us! #a #b #c #d #e #f";
        assert_eq!(lacking(tags, Platform::Linkedin), [Length, Hashtags]);
        let link = "See https://example.com/a and https://example.com/b for what we have made. Like it? #a";
        assert_eq!(lacking(link, Platform::Twitter), [Links]);
        assert_eq!(lacking(link, Platform::Instagram), [Links]);
        let loud = "THIS IS THE VERY BEST COFFEE THAT YOU HAVE EVER HAD IN YOUR LIFE. READY? #coffee";
        assert_eq!(lacking(loud, Platform::Twitter), [Readability]);
    }

    #[test]
    fn every_text_has_between_0_and_100_points() {
        for text in ["", "#", "🎉", "a", &"x".repeat(100_000), &"# ".repeat(1_000)] {
            for platform in Platform::ALL {
                assert!(check(text, *platform).score <= 100);
            }
        }
    }
}
