//! How pages show answers: in part, with `<name>` for a value that later requests use, and `...` for anything.

use serde_json::Value;
use std::collections::BTreeMap;

/// The values that names stand for.
#[derive(Clone, Debug, Default)]
pub struct Names(BTreeMap<String, String>);

/// A part of a text that a page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part<'a> {
    Text(&'a str),
    Name(&'a str),
    Anything,
}

impl Names {
    /// The value of a name.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A request with the values of its names.
    ///
    /// # Panics
    /// If no answer has given one of the names a value.
    pub fn fill(&self, request: &str) -> String {
        let filled = |part| match part {
            Part::Text(text) => text.to_owned(),
            Part::Name(name) => {
                let value = self.value(name);
                value.unwrap_or_else(|| panic!("no earlier answer shows <{name}>")).to_owned()
            }
            Part::Anything => "...".to_owned(),
        };
        parts(request).into_iter().map(filled).collect()
    }

    /// Finds everything that a page shows of a JSON value. A list has as many items as the page shows.
    ///
    /// # Errors
    /// Says where the two differ. Names keep the values that they had.
    pub fn find(&mut self, shown: &Value, answered: &Value) -> Result<(), String> {
        let mut new = self.clone();
        new.compare(shown, answered, "the answer")?;
        *self = new;
        Ok(())
    }

    /// Finds the lines that a page shows, in their order. Other lines may stand between them.
    ///
    /// # Errors
    /// Names the first line that is missing. Names keep the values that they had.
    pub fn find_lines(&mut self, shown: &str, answered: &str) -> Result<(), String> {
        let mut new = self.clone();
        let mut lines = answered.lines();
        for line in shown.lines() {
            if !lines.any(|found| new.meets(line, found)) {
                return Err(format!("there is no line `{line}`"));
            }
        }
        *self = new;
        Ok(())
    }

    /// Whether a text is what the page shows. If so, new names get their values.
    pub fn meets(&mut self, shown: &str, text: &str) -> bool {
        let mut new = self.clone();
        let fits = new.fits(&parts(shown), text);
        if fits {
            *self = new;
        }
        fits
    }

    fn compare(&mut self, shown: &Value, answered: &Value, place: &str) -> Result<(), String> {
        match (shown, answered) {
            (Value::Object(shown), Value::Object(answered)) => {
                for (key, value) in shown {
                    let place = format!("{place}.{key}");
                    let found = answered.get(key).ok_or_else(|| format!("{place} is missing"))?;
                    self.compare(value, found, &place)?;
                }
                Ok(())
            }
            (Value::Array(shown), Value::Array(answered)) if shown.len() == answered.len() => {
                for (at, (value, found)) in shown.iter().zip(answered).enumerate() {
                    self.compare(value, found, &format!("{place}[{at}]"))?;
                }
                Ok(())
            }
            (Value::String(shown), answered) if self.stands_for(shown, answered) => Ok(()),
            (shown, answered) if shown == answered => Ok(()),
            (shown, answered) => Err(format!("{place} is {answered}; the page shows {shown}")),
        }
    }

    /// A placeholder stands for a number or an object too, and never for null.
    fn stands_for(&mut self, shown: &str, answered: &Value) -> bool {
        match answered {
            Value::Null => false,
            Value::String(text) => self.meets(shown, text),
            other => {
                let is_text = parts(shown).iter().all(|part| matches!(part, Part::Text(_)));
                !is_text && self.meets(shown, &other.to_string())
            }
        }
    }

    fn fits(&mut self, parts: &[Part<'_>], text: &str) -> bool {
        let Some((first, rest)) = parts.split_first() else { return text.is_empty() };
        let known = match *first {
            Part::Text(known) => Some(known.to_owned()),
            Part::Name(name) => self.0.get(name).cloned(),
            Part::Anything => None,
        };
        if let Some(known) = known {
            return text.strip_prefix(known.as_str()).is_some_and(|after| self.fits(rest, after));
        }
        let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        for end in ends {
            let (value, after) = text.split_at(end);
            match *first {
                Part::Name(name) if !value.is_empty() => {
                    self.0.insert(name.to_owned(), value.to_owned());
                    if self.fits(rest, after) {
                        return true;
                    }
                    self.0.remove(name);
                }
                Part::Anything if self.fits(rest, after) => return true,
                _ => {}
            }
        }
        false
    }
}

fn parts(mut shown: &str) -> Vec<Part<'_>> {
    let mut found = Vec::new();
    while let Some((before, part, after)) = first_placeholder(shown) {
        if !before.is_empty() {
            found.push(Part::Text(before));
        }
        found.push(part);
        shown = after;
    }
    if !shown.is_empty() {
        found.push(Part::Text(shown));
    }
    found
}

/// What stands before it, the placeholder, and what stands after it.
fn first_placeholder(shown: &str) -> Option<(&str, Part<'_>, &str)> {
    shown.char_indices().find_map(|(at, _)| {
        let (before, rest) = shown.split_at(at);
        if let Some(after) = rest.strip_prefix("...") {
            return Some((before, Part::Anything, after));
        }
        let (name, after) = rest.strip_prefix('<')?.split_once('>')?;
        is_name(name).then_some((before, Part::Name(name), after))
    })
}

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_answer_has_what_the_page_shows_and_gives_names_their_values() {
        let mut names = Names::default();
        let answered = json!({ "id": "abc", "count": 3, "list": [{ "a": 1, "b": 2 }], "none": null });
        let shown = json!({ "id": "<id>", "count": "<count>", "list": [{ "a": "..." }], "none": null });
        assert_eq!(names.find(&shown, &answered), Ok(()));
        assert_eq!(names.fill("/<id>?n=<count>"), "/abc?n=3");
        assert_eq!(names.find(&json!({ "again": "<id>" }), &json!({ "again": "abc" })), Ok(()));
        for (shown, words) in [
            (json!({ "id": "<count>" }), "the answer.id is \"abc\"; the page shows \"<count>\""),
            (json!({ "missing": 1 }), "the answer.missing is missing"),
            (json!({ "list": [] }), "the answer.list is [{\"a\":1,\"b\":2}]; the page shows []"),
            (json!({ "count": "3" }), "the answer.count is 3; the page shows \"3\""),
            (json!({ "none": "..." }), "the answer.none is null; the page shows \"...\""),
        ] {
            assert_eq!(names.find(&shown, &answered), Err(words.to_owned()));
        }
    }

    #[test]
    fn a_placeholder_ends_where_the_text_after_it_begins() {
        let mut names = Names::default();
        assert!(
            names.meets("data: {\"cursor\":\"<cursor>\",...}", "data: {\"cursor\":\"x-1\",\"kind\":\"A\"}")
        );
        assert_eq!(names.value("cursor"), Some("x-1"));
        assert!(!names.meets("<cursor>!", "x-2!"));
        assert!(names.meets("a < b and <B>", "a < b and <B>"), "neither is a name");
        assert_eq!(names.find_lines("1\n3", "1\n2\n3"), Ok(()));
        assert_eq!(names.find_lines("3\n1", "1\n2\n3"), Err("there is no line `1`".to_owned()));
    }

    #[test]
    #[should_panic(expected = "no earlier answer shows <id>")]
    fn a_request_has_no_name_without_a_value() {
        Names::default().fill("/<id>");
    }
}
