//! Counts the SQL statements of one request, so that tests can hold how many an operation needs.

use diesel::connection::{Instrumentation, InstrumentationEvent};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

tokio::task_local! {
    static COUNTER: Arc<AtomicU64>;
}

/// Whether anything was ever counted in this process.
static IN_USE: AtomicBool = AtomicBool::new(false);

/// Runs `work` and answers how many statements it sent, those of transaction control left out.
pub async fn count<T>(work: impl Future<Output = T>) -> (T, u64) {
    let counter = Arc::new(AtomicU64::new(0));
    let outcome = COUNTER.scope(Arc::clone(&counter), work).await;
    (outcome, counter.load(Ordering::Relaxed))
}

/// The counter of the present task, for a task that it starts; pass it to [`inherit`].
pub fn current() -> Option<Arc<AtomicU64>> {
    COUNTER.try_with(Arc::clone).ok()
}

/// Runs `work` under the counter that [`current`] gave.
pub async fn inherit<T>(counter: Option<Arc<AtomicU64>>, work: impl Future<Output = T>) -> T {
    match counter {
        Some(counter) => COUNTER.scope(counter, work).await,
        None => work.await,
    }
}

/// Tells a connection that was just taken from its pool whose statements it counts from now on.
pub fn watch<C: diesel_async::AsyncConnection>(conn: &mut C) {
    match current() {
        Some(counter) => {
            IN_USE.store(true, Ordering::Relaxed);
            conn.set_instrumentation(Counting(counter));
        }
        // A request that had it before must not count what others send on it.
        None if IN_USE.load(Ordering::Relaxed) => conn.set_instrumentation(|_: InstrumentationEvent<'_>| {}),
        None => {}
    }
}

struct Counting(Arc<AtomicU64>);

impl Instrumentation for Counting {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            let control = ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"];
            if !control.iter().any(|word| text.starts_with(word)) {
                self.0.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}
