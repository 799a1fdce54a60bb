//! Whether a key was known.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Goes with a request's keys to where they are looked up, and tells the request's answer (`Idempotency-Replayed`) that
/// one of them was known. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct ReplayMark(Arc<AtomicBool>);

impl ReplayMark {
    /// What is answered is what an earlier call did.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Where it is told that a key was known is no part of what the key is.
impl PartialEq for ReplayMark {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for ReplayMark {}
