//! What an operation asks.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::noun::Noun;
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

/// An operation with its variables, whose answer may be kept.
#[derive(Clone, Debug)]
pub struct Question {
    /// Of the operation and its variables.
    hash: String,
    about: Arc<[Noun]>,
}

impl Question {
    /// `operation`: the parts that together say what runs; `variables`: as JSON, the same values in one order; `about`:
    /// everything that the operation shows.
    pub fn new<T: AsRef<[u8]>>(operation: &[T], variables: &str, about: Arc<[Noun]>) -> Self {
        let mut hash = Sha256::new();
        for part in operation.iter().map(AsRef::as_ref).chain([variables.as_bytes()]) {
            // So that no text can continue in the next one.
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        Self { hash: URL_SAFE_NO_PAD.encode(hash.finalize()), about }
    }

    /// The nouns that its answer shows.
    pub fn about(&self) -> &Arc<[Noun]> {
        &self.about
    }

    /// Of the operation and its variables: the same question has the same one.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// What its answer is kept under for askers with this default workspace, which is the one that the operation does not
    /// name; `None`: for all, as it names every workspace that it reads.
    pub(super) fn key(&self, default_workspace: Option<WorkspaceId>) -> String {
        match default_workspace {
            Some(workspace) => format!("{workspace}:{}", self.hash),
            None => format!("any:{}", self.hash),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: WorkspaceId = WorkspaceId(1);

    fn key(operation: &[&str], variables: &str) -> String {
        Question::new(operation, variables, Arc::from([Noun::Posts])).key(Some(HERE))
    }

    #[test]
    fn every_part_of_a_question_counts_and_where_it_ends() {
        let asked = key(&["{ a }", "Q"], "{}");
        assert_eq!(asked, key(&["{ a }", "Q"], "{}"));
        for other in [
            key(&["{ b }", "Q"], "{}"),
            key(&["{ a }", "R"], "{}"),
            key(&["{ a }"], "{}"),
            key(&["{ a }Q", ""], "{}"),
            key(&["{ a }", "Q"], "{\"a\":1}"),
        ] {
            assert_ne!(asked, other);
        }
    }

    #[test]
    fn who_has_another_default_workspace_asks_something_else() {
        let question = Question::new(&["{ a }"], "{}", Arc::from([Noun::Posts]));
        assert_ne!(question.key(Some(HERE)), question.key(Some(WorkspaceId(2))));
        assert_ne!(question.key(Some(HERE)), question.key(None));
    }
}
