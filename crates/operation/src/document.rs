//! A document that was parsed, held against the limits and validated.

use super::collect::{Form, Grouper, Switches, form};
use super::refused::Refused;
use super::switches::switches;
use super::types::Types;
use async_graphql::parser::types::{ExecutableDocument, OperationDefinition};
use async_graphql::{Name, Positioned};
use parking_lot::RwLock;
use sha2::{Digest as _, Sha256};
use std::cell::Cell;
use std::collections::HashMap;
use std::sync::Arc;

/// What a byte of a document's text takes once it is parsed; measured generously.
const TREE_BYTES_PER_BYTE: usize = 128;
/// What a document takes whatever its text.
const TREE_BYTES: usize = 2 << 10;
/// What its normal forms may take for each byte of its text: of each operation one for the values of its `@skip` and
/// `@include`.
const FORM_BYTES_PER_BYTE: usize = 192;
/// What its normal forms may take whatever its text.
const FORM_BYTES: usize = 32 << 10;

/// Which operation, and the values of its `@skip` and `@include`.
type Key = (Option<Name>, Switches);

/// A document that may run.
pub struct Document {
    source: Arc<str>,
    pub(crate) parsed: ExecutableDocument,
    /// The variables of `@skip` and `@include`, sorted.
    pub(crate) switches: Vec<Name>,
    forms: RwLock<Forms>,
}

/// The normal forms that are kept.
#[derive(Default)]
struct Forms {
    by_key: HashMap<Key, Arc<Form>>,
    bytes: usize,
}

impl Document {
    pub(crate) fn new(source: &str, parsed: ExecutableDocument) -> Self {
        Self { source: source.into(), switches: switches(&parsed), parsed, forms: RwLock::default() }
    }

    /// What is kept of a document takes at most so many bytes.
    pub(crate) fn most_bytes(source: &str) -> usize {
        let tree = source.len().saturating_mul(TREE_BYTES_PER_BYTE).saturating_add(TREE_BYTES);
        tree.saturating_add(most_form_bytes(source))
    }

    /// As it was sent.
    pub fn source(&self) -> &Arc<str> {
        &self.source
    }

    /// The normal form of one of its operations.
    pub(crate) fn form(
        &self,
        types: &Types,
        name: Option<&Name>,
        operation: &Positioned<OperationDefinition>,
        switches: Switches,
    ) -> Result<Arc<Form>, Refused> {
        let key = (name.cloned(), switches);
        if let Some(known) = self.forms.read().by_key.get(&key) {
            return Ok(Arc::clone(known));
        }
        let values = key.1.iter().map(|(name, value)| (name, *value)).collect();
        let grouper = Grouper { types, document: &self.parsed, switches: values, missing: Cell::new(None) };
        let made = Arc::new(form(grouper, operation, self.id(&key))?);
        let mut forms = self.forms.write();
        let bytes = forms.bytes.saturating_add(made.bytes());
        if bytes <= most_form_bytes(&self.source) && !forms.by_key.contains_key(&key) {
            forms.by_key.insert(key, Arc::clone(&made));
            forms.bytes = bytes;
        }
        Ok(made)
    }

    fn id(&self, (name, switches): &Key) -> [u8; 32] {
        let mut hash = Sha256::new();
        // A name has no line break, so that nothing runs into what follows it.
        hash.update(name.as_ref().map_or("", |name| name.as_str()));
        for (name, value) in switches {
            hash.update("\n");
            hash.update(name.as_str());
            hash.update(if *value { "=1" } else { "=0" });
        }
        hash.update("\n\n");
        hash.update(self.source.as_bytes());
        hash.finalize().into()
    }
}

/// A few fragments may expand to thousands of fields: what is kept of them is bounded by the text.
fn most_form_bytes(source: &str) -> usize {
    source.len().saturating_mul(FORM_BYTES_PER_BYTE).saturating_add(FORM_BYTES)
}
