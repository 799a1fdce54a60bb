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

/// How many normal forms of a document are kept: of each operation one for the values of its `@skip` and `@include`.
const MOST_FORMS: usize = 16;
/// The fields of a normal form that is kept.
const MOST_KEPT_FIELDS: usize = 5_000;

/// Which operation, and the values of its `@skip` and `@include`.
type Key = (Option<Name>, Switches);

/// A document that may run.
pub struct Document {
    source: Arc<str>,
    pub(crate) parsed: ExecutableDocument,
    /// The variables of `@skip` and `@include`, sorted.
    pub(crate) switches: Vec<Name>,
    forms: RwLock<HashMap<Key, Arc<Form>>>,
}

impl Document {
    pub(crate) fn new(source: &str, parsed: ExecutableDocument) -> Self {
        Self { source: source.into(), switches: switches(&parsed), parsed, forms: RwLock::default() }
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
        if let Some(known) = self.forms.read().get(&key) {
            return Ok(Arc::clone(known));
        }
        let values = key.1.iter().map(|(name, value)| (name, *value)).collect();
        let grouper = Grouper { types, document: &self.parsed, switches: values, missing: Cell::new(None) };
        let made = Arc::new(form(grouper, operation, self.id(&key))?);
        let mut forms = self.forms.write();
        if forms.len() < MOST_FORMS && made.fields() <= MOST_KEPT_FIELDS {
            forms.insert(key, Arc::clone(&made));
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
