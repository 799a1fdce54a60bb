//! What a row of the table of settings says.

use fanfare_domain::platform::Platform;
use std::borrow::Cow;

/// The unit of sizes, which may be written in larger ones.
pub const BYTES: &str = "bytes";

/// One row of the table.
#[derive(Clone, Debug)]
pub struct Setting {
    pub name: Cow<'static, str>,
    /// What a person reads in `docs/settings.md`.
    pub meaning: &'static str,
    pub accepts: Accepts,
    pub default: Preset,
    /// Whether the value may be shown.
    pub secret: bool,
}

/// The values that a setting takes.
#[derive(Clone, Copy, Debug)]
pub enum Accepts {
    /// A whole number between the two, both included, in `unit`.
    Whole { min: u64, max: u64, unit: &'static str },
    /// One of these words.
    Word(&'static [&'static str]),
    /// In words.
    Form(&'static str),
}

/// What holds where a setting is not set.
#[derive(Clone, Copy, Debug)]
pub enum Preset {
    /// This value, read as if it had been set.
    Value(&'static str),
    /// These values, by `FANFARE_ENV`.
    ByEnvironment { development: &'static str, production: &'static str },
    /// No value; in words what that means.
    Unset(&'static str),
}

impl Setting {
    pub(super) const fn new(
        name: &'static str,
        meaning: &'static str,
        accepts: Accepts,
        default: Preset,
    ) -> Self {
        Self { name: Cow::Borrowed(name), meaning, accepts, default, secret: false }
    }

    pub(super) const fn secret(
        name: &'static str,
        meaning: &'static str,
        accepts: Accepts,
        default: Preset,
    ) -> Self {
        Self { name: Cow::Borrowed(name), meaning, accepts, default, secret: true }
    }

    /// The row for one network, of a row of [`PLATFORM`](super::PLATFORM).
    pub fn named_for(&self, platform: Platform) -> Self {
        let name = Cow::Owned(self.name.replace("<PLATFORM>", platform.setting_name()));
        Self { name, ..self.clone() }
    }

    /// The values that are taken, in words.
    pub fn expected(&self) -> String {
        match self.accepts {
            Accepts::Whole { min, max, unit: BYTES } => {
                format!("a whole number from {min} to {max} (bytes), or with a unit, such as 64KiB or 256MB")
            }
            Accepts::Whole { min, max, unit } => format!("a whole number from {min} to {max} ({unit})"),
            Accepts::Word(words) => format!("one of {}", words.join(", ")),
            Accepts::Form(words) => words.to_owned(),
        }
    }
}
