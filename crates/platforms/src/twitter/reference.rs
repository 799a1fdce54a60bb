//! What a post says of the posts that it is about.

use serde::Deserialize;

/// Another post that a post is about.
#[derive(Debug, Deserialize)]
pub(super) struct Reference {
    #[serde(rename = "type")]
    kind: String,
    id: String,
}

/// The post that is answered.
pub(super) fn answered(references: &[Reference]) -> Option<&str> {
    references.iter().find(|it| it.kind == "replied_to").map(|it| it.id.as_str())
}
