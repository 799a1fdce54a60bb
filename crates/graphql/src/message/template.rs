//! A message with places for values.

/// The text of a message. `{name}` is a value. `[with {name}|without]` is the first part where all of its values are known,
/// else the second; `|` and what follows may be left out. Such parts do not stand inside one another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Value(String),
    Choice(Template, Template),
}

impl Template {
    /// `None`: a bracket is not closed.
    pub fn parse(text: &str) -> Option<Self> {
        let (mut parts, mut rest) = (Vec::new(), text);
        while let Some(at) = rest.find(['{', '[']) {
            let (before, opened) = rest.split_at(at);
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            let (part, after) = if let Some(opened) = opened.strip_prefix('{') {
                let (name, after) = opened.split_once('}')?;
                (Part::Value(name.to_owned()), after)
            } else {
                let (choice, after) = opened.get(1..)?.split_once(']')?;
                let (with, without) = choice.split_once('|').unwrap_or((choice, ""));
                (Part::Choice(Self::parse(with)?, Self::parse(without)?), after)
            };
            parts.push(part);
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Some(Self(parts))
    }

    /// The message with its values; `None`: one that it needs is not known.
    pub fn fill<'v>(&self, value: &dyn Fn(&str) -> Option<&'v str>) -> Option<String> {
        self.0.iter().map(|part| part.fill(value)).collect()
    }

    /// The names of its values, each as often as it stands there.
    #[cfg(test)]
    pub fn names(&self) -> Vec<&str> {
        let names = self.0.iter().flat_map(|part| match part {
            Part::Text(_) => Vec::new(),
            Part::Value(name) => vec![name.as_str()],
            Part::Choice(with, without) => [with.names(), without.names()].concat(),
        });
        names.collect()
    }
}

impl Part {
    fn fill<'v>(&self, value: &dyn Fn(&str) -> Option<&'v str>) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Value(name) => value(name).map(ToOwned::to_owned),
            Self::Choice(with, without) => with.fill(value).or_else(|| without.fill(value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> Option<String> {
        let value = |name: &str| match name {
            "name" => Some("Ada"),
            "odd" => Some("{name} [x|y]"),
            _ => None,
        };
        Template::parse(text)?.fill(&value)
    }

    #[test]
    fn values_are_put_in_their_places_and_parts_without_theirs_are_left_out() {
        for (text, message) in [
            ("plain", Some("plain")),
            ("", Some("")),
            ("Hello {name}!", Some("Hello Ada!")),
            ("Hello[ {name}]!", Some("Hello Ada!")),
            ("Hello[ {nobody}]!", Some("Hello!")),
            ("[{nobody}|Someone] and [{name}|nobody]", Some("Someone and Ada")),
            ("[{name} {nobody}|neither]", Some("neither")),
            ("{odd}", Some("{name} [x|y]")),
            ("{nobody}", None),
            ("게시물[: “{name}”]", Some("게시물: “Ada”")),
        ] {
            assert_eq!(filled(text).as_deref(), message, "{text}");
        }
    }

    #[test]
    fn a_bracket_that_is_not_closed_is_no_message() {
        for text in ["{name", "a [b", "[a [b]", "[{name]"] {
            assert_eq!(Template::parse(text), None, "{text}");
        }
    }
}
