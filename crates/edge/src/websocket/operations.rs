//! The operations at work on one connection.

use futures_util::stream::AbortHandle;
use std::collections::HashMap;
use std::sync::Arc;

/// By the ids that the client gave them.
#[derive(Debug, Default)]
pub struct Operations(HashMap<Arc<str>, Running>);

#[derive(Debug)]
struct Running {
    is_subscription: bool,
    handle: AbortHandle,
}

impl Operations {
    pub fn begin(&mut self, id: Arc<str>, is_subscription: bool, handle: AbortHandle) {
        self.0.insert(id, Running { is_subscription, handle });
    }

    pub fn has(&self, id: &str) -> bool {
        self.0.contains_key(id)
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    pub fn ids(&self) -> impl Iterator<Item = &Arc<str>> {
        self.0.keys()
    }

    /// Ends one, if it is at work.
    pub fn end(&mut self, id: &str) {
        if let Some(running) = self.0.remove(id) {
            running.handle.abort();
        }
    }

    /// Ends the subscriptions; queries and mutations go on.
    pub fn end_subscriptions(&mut self) {
        for (_, running) in self.0.extract_if(|_, running| running.is_subscription) {
            running.handle.abort();
        }
    }

    pub fn end_all(&mut self) {
        for (_, running) in self.0.drain() {
            running.handle.abort();
        }
    }
}
