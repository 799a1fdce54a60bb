//! What is known of each language: words that carry no meaning, words that call to act, and frames of sentences. The
//! words stand in `data/<language>.json`.

use super::habits::is_cjk;
use fanfare_domain::post::TemplateType;
use fanfare_domain::writing::{Language, Tone};
use serde::Deserialize;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// A language's words, ready for use.
#[derive(Debug)]
pub struct Words {
    pub stop_words: HashSet<String>,
    /// Endings that are no part of a noun, the longest first.
    pub particles: Vec<String>,
    /// Beginnings of words that ask the reader to act, in lower case.
    pub call_words: Vec<String>,
    /// First sentences.
    pub hooks: HashMap<Tone, Vec<String>>,
    pub bodies: HashMap<TemplateType, Vec<String>>,
    /// Last sentences, which ask the reader to answer or to act.
    pub calls: HashMap<Tone, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Separated by spaces.
    stop_words: String,
    particles: Vec<String>,
    call_words: Vec<String>,
    hooks: HashMap<Tone, Vec<String>>,
    bodies: HashMap<TemplateType, Vec<String>>,
    calls: HashMap<Tone, Vec<String>>,
}

static EN: LazyLock<Words> = LazyLock::new(|| read(include_str!("data/en.json")));
static KO: LazyLock<Words> = LazyLock::new(|| read(include_str!("data/ko.json")));
static ES: LazyLock<Words> = LazyLock::new(|| read(include_str!("data/es.json")));
static JA: LazyLock<Words> = LazyLock::new(|| read(include_str!("data/ja.json")));
static DE: LazyLock<Words> = LazyLock::new(|| read(include_str!("data/de.json")));

#[expect(clippy::expect_used, reason = "the file is part of the program, and a test reads it")]
fn read(json: &str) -> Words {
    let file: File = serde_json::from_str(json).expect("a language's file");
    let mut particles = file.particles;
    particles.sort_by_key(|particle| std::cmp::Reverse(particle.chars().count()));
    Words {
        stop_words: file.stop_words.split_whitespace().map(str::to_owned).collect(),
        particles,
        call_words: file.call_words,
        hooks: file.hooks,
        bodies: file.bodies,
        calls: file.calls,
    }
}

impl Words {
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::Ko => &KO,
            Language::Es => &ES,
            Language::Ja => &JA,
            Language::De => &DE,
        }
    }

    /// Whether a text asks the reader to answer or to act.
    pub fn calls_to_act(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        text.contains(['?', '？', '¿']) || self.call_words.iter().any(|word| begins_a_word(&text, word))
    }
}

/// Whether `word` stands in `text` where a word can begin: anywhere in a script that puts no spaces between words.
fn begins_a_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        before.is_none_or(|before| !before.is_alphanumeric() || is_cjk(before))
    })
}

/// How much of a text is looked at to tell its language, in characters.
const LOOKED_AT: usize = 4_000;

/// The language that a text is most likely written in; English where nothing tells.
pub fn detect(text: &str) -> Language {
    let (mut hangul, mut kana, mut han, mut others) = (0_usize, 0_usize, 0_usize, 0_usize);
    for c in text.chars().take(LOOKED_AT).filter(|c| c.is_alphabetic()) {
        match c {
            '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7af}' => hangul += 1,
            '\u{3040}'..='\u{30ff}' => kana += 1,
            '\u{3400}'..='\u{9fff}' => han += 1,
            _ => others += 1,
        }
    }
    // A letter of these scripts stands for more than one of the others.
    if (hangul + kana + han) * 3 > others {
        return if hangul > kana + han { Language::Ko } else { Language::Ja };
    }
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty())
        .take(LOOKED_AT / 5)
        .map(str::to_lowercase)
        .collect();
    let known = |language: Language| {
        let stop_words = &Words::of(language).stop_words;
        words.iter().filter(|word| stop_words.contains(*word)).count()
    };
    let marks = |signs: &[char]| usize::from(text.chars().take(LOOKED_AT).any(|c| signs.contains(&c)));
    let scores = [
        (known(Language::En), Language::En),
        (known(Language::De) + marks(&['ß', 'ä', 'ö', 'ü']), Language::De),
        (known(Language::Es) + marks(&['¿', '¡', 'ñ']), Language::Es),
    ];
    // The first of the best: English where the scores are the same.
    scores.into_iter().rev().max_by_key(|(score, _)| *score).map_or(Language::En, |(_, language)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_frames_for_every_tone_and_type_that_need_no_keyword() {
        for language in Language::ALL {
            let words = Words::of(*language);
            assert!(words.stop_words.len() > 60 && words.call_words.len() > 10, "{language}");
            let plain = |frames: &[String]| {
                frames.iter().any(|it| !it.contains("{first}") && !it.contains("{second}"))
            };
            for tone in Tone::ALL {
                assert!(words.hooks[tone].len() >= 4 && words.calls[tone].len() >= 2, "{language} {tone}");
                assert!(words.hooks[tone].iter().all(|frame| frame.contains("{topic}")), "{language} {tone}");
                for call in &words.calls[tone] {
                    assert!(words.calls_to_act(call), "{language} {tone}: {call}");
                }
            }
            for kind in TemplateType::ALL {
                let bodies = &words.bodies[kind];
                assert!(bodies.len() >= 3 && plain(bodies), "{language} {kind}");
            }
        }
    }

    #[test]
    fn a_language_is_told_from_its_script_or_its_commonest_words() {
        let texts = [
            ("We are opening our new coffee shop on Monday", Language::En),
            ("Wir eröffnen am Montag unser neues Café in der Stadt", Language::De),
            ("Abrimos nuestra nueva cafetería el lunes en el centro", Language::Es),
            ("월요일에 새로운 카페를 엽니다", Language::Ko),
            ("月曜日に新しいカフェを開きます", Language::Ja),
            ("新製品発売", Language::Ja),
            ("Kubernetes", Language::En),
            ("", Language::En),
            ("🎉🎉", Language::En),
        ];
        for (text, language) in texts {
            assert_eq!(detect(text), language, "{text}");
        }
    }
}
