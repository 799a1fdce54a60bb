//! Automatic persisted queries: documents that clients name by their SHA-256.
//!
//! Protocol: Apollo's "automatic persisted queries", `extensions.persistedQuery {version: 1, sha256Hash}`.

use super::problem::Problem;
use parking_lot::Mutex;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, VecDeque};
use std::fmt::Write;
use std::sync::Arc;

/// All documents together, in bytes.
const MAX_BYTES: usize = 4 << 20;

/// Forgets the oldest document when it is full; a client then sends the text again, as the protocol wants.
#[derive(Debug)]
pub struct PersistedQueries {
    capacity: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    documents: HashMap<String, Arc<str>>,
    order: VecDeque<String>,
    bytes: usize,
}

impl PersistedQueries {
    pub fn new(capacity: usize) -> Self {
        Self { capacity, kept: Mutex::default() }
    }

    /// The text of the document that `hash` names.
    pub fn find(&self, hash: &str) -> Result<Arc<str>, Problem> {
        let found = self.kept.lock().documents.get(&hash.to_ascii_lowercase()).map(Arc::clone);
        found.ok_or_else(Problem::persisted_query_not_found)
    }

    /// Whether `hash` is the text's.
    pub fn verify(hash: &str, text: &str) -> Result<(), Problem> {
        if hash.eq_ignore_ascii_case(&sha256_hex(text)) {
            return Ok(());
        }
        Err(Problem::bad_request("sha256Hash is not the SHA-256 of the query"))
    }

    /// Remembers a text whose hash was verified.
    pub fn keep(&self, hash: &str, text: &str) {
        let mut kept = self.kept.lock();
        let kept = &mut *kept;
        let hash = hash.to_ascii_lowercase();
        if kept.documents.contains_key(&hash) {
            return;
        }
        kept.bytes += text.len();
        kept.order.push_back(hash.clone());
        kept.documents.insert(hash, text.into());
        while kept.order.len() > self.capacity || kept.bytes > MAX_BYTES {
            let Some(oldest) = kept.order.pop_front() else { return };
            kept.bytes -= kept.documents.remove(&oldest).map_or(0, |text| text.len());
        }
    }
}

fn sha256_hex(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
