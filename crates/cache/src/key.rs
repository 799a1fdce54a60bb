//! What an answer is kept under.

use fanfare_domain::id::WorkspaceId;
use fanfare_domain::noun::Version;
use serde::Serialize;

/// A question to a workspace at a version: all that its answer depends on. Who asks is not part of it: whether they may
/// ask is decided before, every time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// The kind of answer, such as `posts.page`; one kind has one type.
    name: &'static str,
    text: String,
}

impl Key {
    /// `None`: the question cannot be written down, so that its answer cannot be kept.
    pub fn new(
        workspace: WorkspaceId,
        version: Version,
        name: &'static str,
        question: &impl Serialize,
    ) -> Option<Self> {
        let question = serde_json::to_string(question).ok()?;
        let Version { seq, at } = version;
        Some(Self { name, text: format!("{workspace}:{seq}.{}:{name}:{question}", at.micros()) })
    }

    /// A question whose answer says itself at which version it is right.
    pub fn without_version(name: &'static str, text: String) -> Self {
        Self { name, text }
    }

    /// For the metrics.
    pub fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }
}
