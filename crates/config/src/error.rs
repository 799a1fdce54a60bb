//! What stops the start.

/// A setting that is wrong. `Display` is one line: the setting, what is wrong, what is expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{setting}: {problem}; expected {expected}")]
pub struct ConfigError {
    /// The setting's name, such as `FANFARE_BIND`.
    pub setting: String,
    /// What was wrong. Never holds a secret's value.
    pub problem: String,
    pub expected: String,
}

impl ConfigError {
    pub fn new(setting: impl Into<String>, problem: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { setting: setting.into(), problem: problem.into(), expected: expected.into() }
    }
}
