//! The position in the event log that a mutation reached.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Carries a command's last `seq` from its resolver to the `X-Fanfare-Seq` header of the answer. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct SeqRecorder(Arc<AtomicI64>);

impl SeqRecorder {
    /// Remembers the highest `seq`; sequences start at 1.
    pub fn record(&self, seq: i64) {
        self.0.fetch_max(seq, Ordering::Relaxed);
    }

    /// The highest recorded; `None` where nothing was written.
    pub fn recorded(&self) -> Option<i64> {
        Some(self.0.load(Ordering::Relaxed)).filter(|seq| *seq > 0)
    }
}
