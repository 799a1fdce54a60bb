//! Where errors are, as a tree of their paths.

use async_graphql::{PathSegment, ServerError};
use std::collections::HashMap;

/// The errors at one place of the answer and below it.
#[derive(Debug, Default)]
pub struct Faults<'e> {
    fields: HashMap<&'e str, Faults<'e>>,
    items: HashMap<usize, Faults<'e>>,
}

impl<'e> Faults<'e> {
    /// `None` where no error has a path.
    pub fn of(errors: &'e [ServerError]) -> Option<Self> {
        let mut root = Self::default();
        for error in errors {
            let mut place = &mut root;
            for segment in &error.path {
                place = match segment {
                    PathSegment::Field(key) => place.fields.entry(key).or_default(),
                    PathSegment::Index(index) => place.items.entry(*index).or_default(),
                };
            }
        }
        root.has_fields().then_some(root)
    }

    pub fn field(&self, key: &str) -> Option<&Self> {
        self.fields.get(key)
    }

    pub fn item(&self, index: usize) -> Option<&Self> {
        self.items.get(&index)
    }

    /// Whether a field of this object failed.
    pub fn has_fields(&self) -> bool {
        !self.fields.is_empty()
    }
}
