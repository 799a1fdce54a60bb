//! Reads single settings: the value or the default, checked, or an error that names the setting.

use super::Secret;
use super::error::ConfigError;
use super::setting::{Accepts, BYTES, Preset, Setting};
use super::size;
use super::values::Environment;
use fanfare_domain::address_range::AddressRange;
use std::time::Duration;
use url::Url;

/// Looks settings up.
pub struct Reader<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
    environment: Environment,
}

/// The longest part of a wrong value that an error repeats, in characters.
const SHOWN_CHARS: usize = 60;

/// The error for a value that a setting does not take. Shows the value only if it is no secret.
pub fn refused(row: &Setting, value: &str) -> ConfigError {
    let problem = if row.secret {
        "the value (not shown) is not usable".to_owned()
    } else {
        let shown: String = value.chars().take(SHOWN_CHARS).collect();
        let cut = if shown.len() < value.len() { "..." } else { "" };
        format!("{shown:?}{cut} is not usable")
    };
    ConfigError::new(row.name.as_ref(), problem, row.expected())
}

impl<'a> Reader<'a> {
    pub fn new(lookup: &'a dyn Fn(&str) -> Option<String>, environment: Environment) -> Self {
        Self { lookup, environment }
    }

    /// The value that was set, without surrounding blanks; `None` if it is empty.
    pub fn text(&self, row: &Setting) -> Option<String> {
        (self.lookup)(&row.name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    pub fn secret(&self, row: &Setting) -> Option<Secret> {
        self.text(row).map(Secret::new)
    }

    /// The value that was set, else the default; empty if there is neither.
    pub fn text_or_default(&self, row: &Setting) -> String {
        self.text(row).unwrap_or_else(|| match (row.default, self.environment) {
            (Preset::Value(text), _) => text.to_owned(),
            (Preset::ByEnvironment { development, .. }, Environment::Development) => development.to_owned(),
            (Preset::ByEnvironment { production, .. }, Environment::Production) => production.to_owned(),
            (Preset::Unset(_), _) => String::new(),
        })
    }

    /// The value or the default, as `parse` reads it.
    pub fn parsed<T>(&self, row: &Setting, parse: impl Fn(&str) -> Option<T>) -> Result<T, ConfigError> {
        let text = self.text_or_default(row);
        parse(&text).ok_or_else(|| refused(row, &text))
    }

    /// A whole number within the limits of the table; a size may have a unit.
    pub fn whole<T: TryFrom<u64>>(&self, row: &Setting) -> Result<T, ConfigError> {
        self.parsed(row, |text| {
            let Accepts::Whole { min, max, unit } = row.accepts else { return None };
            let number = if unit == BYTES { size::bytes(text) } else { text.parse().ok() };
            let number = number.filter(|number| (min..=max).contains(number))?;
            T::try_from(number).ok()
        })
    }

    /// A time in seconds.
    pub fn seconds(&self, row: &Setting) -> Result<Duration, ConfigError> {
        self.whole(row).map(Duration::from_secs)
    }

    /// The same for a setting without a default; `None` where it is not set.
    pub fn seconds_if_set(&self, row: &Setting) -> Result<Option<Duration>, ConfigError> {
        self.text(row).map(|_| self.seconds(row)).transpose()
    }

    /// A time in milliseconds.
    pub fn millis(&self, row: &Setting) -> Result<Duration, ConfigError> {
        self.whole(row).map(Duration::from_millis)
    }

    /// The value for one of the words of the table.
    pub fn word<T: Copy>(&self, row: &Setting, words: &[(&str, T)]) -> Result<T, ConfigError> {
        self.parsed(row, |text| words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value))
    }

    /// The entries of a list that is separated by commas; none if it is not set.
    pub fn list<T>(&self, row: &Setting, parse: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, ConfigError> {
        let text = self.text_or_default(row);
        if text.is_empty() {
            return Ok(Vec::new());
        }
        text.split(',').map(|entry| parse(entry.trim()).ok_or_else(|| refused(row, entry.trim()))).collect()
    }

    pub fn networks(&self, row: &Setting) -> Result<Vec<AddressRange>, ConfigError> {
        self.list(row, AddressRange::parse)
    }

    /// Origins as a browser writes them: scheme, host, and the port where it is not the scheme's own.
    pub fn origins(&self, row: &Setting) -> Result<Vec<String>, ConfigError> {
        self.list(row, |entry| {
            let url = http_base(entry).filter(|url| url.path() == "/")?;
            Some(url.origin().ascii_serialization())
        })
    }

    /// An http or https address that paths are added to.
    pub fn base_url(&self, row: &Setting) -> Result<Option<Url>, ConfigError> {
        self.text(row).map(|text| http_base(&text).ok_or_else(|| refused(row, &text))).transpose()
    }

    /// The same of a list.
    pub fn base_urls(&self, row: &Setting) -> Result<Vec<Url>, ConfigError> {
        self.list(row, http_base)
    }

    /// The same, else the default.
    pub fn base_url_or_default(&self, row: &Setting) -> Result<Url, ConfigError> {
        self.parsed(row, http_base)
    }
}

/// An http or https URL without sign-in, query and fragment.
fn http_base(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    plain.then_some(url)
}
