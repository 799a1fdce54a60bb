//! The messages of each language, from its file in this folder.

use super::template::Template;
use fanfare_domain::language::Language;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What stands in the places of a message, by name.
pub type Values<'a> = HashMap<&'static str, Cow<'a, str>>;

/// The forms that a language has for counts (the plural categories of Unicode CLDR).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Plural {
    One,
    Other,
}

/// A message that is the same for every count, or one for each form.
#[derive(Debug)]
enum Message {
    Any(Template),
    ByCount(HashMap<Plural, Template>),
}

/// The messages of a language.
#[derive(Debug, Default)]
struct Catalogue(HashMap<String, Message>);

static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::of_file(include_str!("en.json")));
static KOREAN: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::of_file(include_str!("ko.json")));

impl Plural {
    fn of(language: Language, count: i64) -> Self {
        match (language, count) {
            (Language::English, 1) => Self::One,
            (Language::English | Language::Korean, _) => Self::Other,
        }
    }

    fn parse(name: &str) -> Option<Self> {
        match name {
            "one" => Some(Self::One),
            "other" => Some(Self::Other),
            _ => None,
        }
    }
}

impl Message {
    fn read(json: &Value) -> Option<Self> {
        if let Value::String(text) = json {
            return Template::parse(text).map(Self::Any);
        }
        let forms = json.as_object()?.iter();
        let forms = forms.map(|(name, text)| Some((Plural::parse(name)?, Template::parse(text.as_str()?)?)));
        forms.collect::<Option<_>>().map(Self::ByCount)
    }
}

impl Catalogue {
    fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::Korean => &KOREAN,
        }
    }

    fn read(text: &str) -> Option<Self> {
        let messages: HashMap<String, Value> = serde_json::from_str(text).ok()?;
        let messages = messages.into_iter().map(|(key, json)| Some((key, Message::read(&json)?)));
        messages.collect::<Option<_>>().map(Self)
    }

    /// The files are part of the program, and a test reads them.
    fn of_file(text: &str) -> Self {
        Self::read(text).unwrap_or_default()
    }

    fn template(&self, key: &str, form: Plural) -> Option<&Template> {
        match self.0.get(key)? {
            Message::Any(template) => Some(template),
            Message::ByCount(forms) => forms.get(&form),
        }
    }
}

/// The message with this key in a language; where it has forms, the one for `count`. A message that is not known is its
/// key.
pub fn message(language: Language, key: &str, count: i64, values: &Values<'_>) -> String {
    let template = Catalogue::of(language).template(key, Plural::of(language, count));
    let filled = template.and_then(|template| template.fill(&|name| values.get(name).map(|value| &**value)));
    filled.unwrap_or_else(|| key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    /// The forms that a language has for whole numbers.
    fn forms(language: Language) -> BTreeSet<Plural> {
        (0..=100).map(|count| Plural::of(language, count)).collect()
    }

    fn read(language: Language) -> Catalogue {
        let file = match language {
            Language::English => include_str!("en.json"),
            Language::Korean => include_str!("ko.json"),
        };
        Catalogue::read(file).unwrap_or_else(|| panic!("{}.json is not well-formed", language.code()))
    }

    /// The names of a message's values.
    fn names(message: &Message) -> BTreeSet<&str> {
        match message {
            Message::Any(template) => template.names().into_iter().collect(),
            Message::ByCount(forms) => forms.values().flat_map(Template::names).collect(),
        }
    }

    #[test]
    fn every_language_has_every_message_with_its_values_and_its_forms() {
        let english = read(Language::English);
        for language in Language::ALL {
            let catalogue = read(*language);
            let keys = |of: &Catalogue| of.0.keys().cloned().collect::<BTreeSet<_>>();
            assert_eq!(keys(&catalogue), keys(&english), "{language:?}");
            for (key, message) in &catalogue.0 {
                assert_eq!(names(message), names(&english.0[key]), "{key} in {language:?}");
                if let Message::ByCount(known) = message {
                    assert_eq!(known.keys().copied().collect::<BTreeSet<_>>(), forms(*language), "{key}");
                }
            }
        }
    }

    #[test]
    fn counts_have_the_forms_of_their_language() {
        let values = |count: &'static str| Values::from([("count", count.into()), ("account", "Ada".into())]);
        let mut texts = BTreeMap::new();
        for (language, count, number) in [
            (Language::English, 1, "1"),
            (Language::English, 0, "0"),
            (Language::English, 21, "21"),
            (Language::Korean, 1, "1"),
            (Language::Korean, 21, "21"),
        ] {
            texts.insert((language, count), message(language, "metrics.updated", count, &values(number)));
        }
        assert_eq!(texts[&(Language::English, 1)], "The post has new metrics on Ada");
        assert_eq!(texts[&(Language::English, 0)], "0 posts have new metrics on Ada");
        assert_eq!(texts[&(Language::English, 21)], "21 posts have new metrics on Ada");
        assert!(texts[&(Language::Korean, 1)].contains("게시물 1개"));
        assert!(texts[&(Language::Korean, 21)].contains("게시물 21개"));
    }

    #[test]
    fn a_message_that_is_not_known_is_its_key() {
        assert_eq!(message(Language::Korean, "no such message", 1, &Values::new()), "no such message");
    }

    #[test]
    fn a_file_with_an_unknown_form_or_an_open_bracket_is_refused() {
        for file in ["", "[]", r#"{"a": 1}"#, r#"{"a": {"few": "x"}}"#, r#"{"a": "{b"}"#] {
            assert!(Catalogue::read(file).is_none(), "{file}");
        }
    }
}
