//! What a text is about: its words and pairs of words, weighed by how often and how early they come.

use super::language::Words;
use super::segments::{Script, Segment, segments};
use fanfare_domain::writing::Language;
use std::collections::HashMap;

/// A word or a pair of words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyword {
    /// As it first stands in the text, without endings.
    pub text: String,
    score: usize,
    /// The number of words before it.
    position: usize,
}

/// The longest word that is taken: what is longer is no word.
const MAX_CHARS: usize = 30;
/// The longest run of Chinese characters that is taken whole; longer ones are names strung together.
const MAX_HAN: usize = 6;
/// Words at the beginning that weigh more: a text names its subject early.
const EARLY: usize = 12;

/// The keywords of a text, the weightiest first. The same for the same text.
pub fn keywords(text: &str, language: Language) -> Vec<Keyword> {
    let words = Words::of(language);
    let mut found: HashMap<String, Keyword> = HashMap::new();
    let mut before: Option<(&str, String)> = None;
    for (position, segment) in segments(text).into_iter().enumerate() {
        let Some(word) = meaningful(&segment, words) else {
            before = None;
            continue;
        };
        let key = word.to_lowercase();
        let weight = weight(word, segment.script, position);
        count(&mut found, key.clone(), word.to_owned(), weight, position);
        if let Some((first, first_key)) = before.take()
            && segment.follows
            && segment.script == Script::Spaced
            && first_key != key
        {
            count(&mut found, format!("{first_key} {key}"), format!("{first} {word}"), 1, position - 1);
        }
        before = (segment.script == Script::Spaced).then_some((word, key));
    }
    // A pair that comes once is an accident of the sentence.
    let mut found: Vec<Keyword> =
        found.into_values().filter(|it| !it.text.contains(' ') || it.score > 1).map(weigh_pair).collect();
    found.sort_by(|one, other| {
        (other.score, one.position, &one.text).cmp(&(one.score, other.position, &other.text))
    });
    found
}

fn count(found: &mut HashMap<String, Keyword>, key: String, text: String, score: usize, position: usize) {
    let keyword = found.entry(key).or_insert(Keyword { text, score: 0, position });
    keyword.score += score;
}

/// A pair that comes again says more than each of its words.
fn weigh_pair(keyword: Keyword) -> Keyword {
    if keyword.text.contains(' ') { Keyword { score: keyword.score * 6, ..keyword } } else { keyword }
}

/// How much one occurrence says. Names and abbreviations, long words and the subject of the first words say more.
fn weight(word: &str, script: Script, position: usize) -> usize {
    let early = usize::from(position < EARLY);
    let letters = word.chars().count();
    let named = match script {
        Script::Spaced => word.chars().next().is_some_and(char::is_uppercase) && position > 0,
        Script::Katakana => true,
        Script::Hangul | Script::Han | Script::Hiragana => false,
    };
    let long =
        usize::from(script == Script::Spaced && letters >= 7 || script != Script::Spaced && letters >= 3);
    2 + early + usize::from(named) + long
}

/// The word without endings; `None` if it says nothing by itself.
fn meaningful<'a>(segment: &Segment<'a>, words: &Words) -> Option<&'a str> {
    let word = match segment.script {
        Script::Hiragana => return None,
        Script::Hangul => without_particle(segment.text, words),
        Script::Han => first_chars(segment.text, MAX_HAN),
        Script::Katakana => segment.text.trim_matches(['ー', '・']),
        Script::Spaced => segment.text.trim_matches('_'),
    };
    let letters = word.chars().count();
    let enough = match segment.script {
        // Two letters are a word where they are an abbreviation.
        Script::Spaced => {
            letters >= 3 || (letters == 2 && word.chars().all(|c| c.is_uppercase() || c.is_numeric()))
        }
        _ => letters >= 2,
    };
    let fits = enough && letters <= MAX_CHARS && word.chars().any(char::is_alphabetic);
    let known = words.stop_words.contains(word) || words.stop_words.contains(&word.to_lowercase());
    let plain = word.chars().all(|c| c.is_alphanumeric() || matches!(c, '\'' | '’' | '-' | '&' | '_'));
    (fits && plain && !known).then_some(word)
}

/// Cuts the longest particle that leaves two syllables.
fn without_particle<'a>(word: &'a str, words: &Words) -> &'a str {
    let stem = words.particles.iter().filter_map(|particle| word.strip_suffix(particle.as_str()));
    stem.into_iter().find(|stem| stem.chars().count() >= 2).unwrap_or(word)
}

fn first_chars(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).and_then(|(at, _)| text.get(..at)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(text: &str, language: Language, count: usize) -> Vec<String> {
        keywords(text, language).into_iter().take(count).map(|keyword| keyword.text).collect()
    }

    #[test]
    fn what_a_text_is_about_comes_first_in_every_language() {
        let text = "Our coffee shop roasts coffee every morning. The coffee shop opens at seven.";
        assert_eq!(best(text, Language::En, 2), ["coffee shop", "coffee"]);
        let text = "새로운 카페를 엽니다. 카페에서 원두를 볶고, 카페의 원두는 신선합니다.";
        assert_eq!(best(text, Language::Ko, 2), ["카페", "원두"]);
        let text = "東京に新しいカフェを開きます。カフェでは自家焙煎のコーヒーが楽しめます。";
        assert_eq!(best(text, Language::Ja, 1), ["カフェ"]);
        assert!(best(text, Language::Ja, 9).contains(&"東京".to_owned()));
        let text = "La cafetería tuesta café cada mañana. El café de la cafetería es de aquí.";
        assert_eq!(best(text, Language::Es, 2), ["cafetería", "café"]);
        let text = "Unsere Rösterei röstet Kaffee. Der Kaffee der Rösterei ist frisch.";
        assert_eq!(best(text, Language::De, 2), ["Rösterei", "Kaffee"]);
    }

    #[test]
    fn words_that_say_nothing_are_no_keywords() {
        for (text, language) in [
            ("the and of it 12 a", Language::En),
            ("そして、それはとても", Language::Ja),
            ("🎉 !!", Language::En),
        ] {
            assert_eq!(best(text, language, 9), [""; 0], "{text}");
        }
        assert_eq!(best("AI is new", Language::En, 1), ["AI"]);
    }
}
