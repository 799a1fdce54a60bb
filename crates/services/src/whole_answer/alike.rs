//! Which answers to events several subscribers may share.

use fanfare_domain::noun::Noun;
use std::sync::Arc;

/// Of a selection whose answer is the same for every subscriber with the same rights.
#[derive(Clone, Debug)]
pub struct Alike {
    /// The nouns that the answer shows.
    pub about: Arc<[Noun]>,
    /// Whether every change of what it shows is an event of one of the nouns. If not, the answer is shared for a second.
    pub is_versioned: bool,
}
