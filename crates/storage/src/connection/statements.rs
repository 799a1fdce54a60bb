//! Counts SQL statements: of the process, as a metric, and of one request, so that tests can hold how many an operation
//! needs.

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

/// Has a new connection's statements counted in the metric of all of them.
pub fn count_all<C: diesel_async::AsyncConnection>(conn: &mut C) {
    conn.set_instrumentation(Counting::new(None));
}

/// Tells a connection that was just taken from its pool whose statements it counts from now on.
pub fn watch<C: diesel_async::AsyncConnection>(conn: &mut C) {
    match current() {
        Some(counter) => {
            IN_USE.store(true, Ordering::Relaxed);
            conn.set_instrumentation(Counting::new(Some(counter)));
        }
        // A request that had it before must not count what others send on it.
        None if IN_USE.load(Ordering::Relaxed) => conn.set_instrumentation(Counting::new(None)),
        None => {}
    }
}

struct Counting {
    /// Of one request, without transaction control.
    request: Option<Arc<AtomicU64>>,
    /// Of the process, with it.
    all: metrics::Counter,
}

impl Counting {
    fn new(request: Option<Arc<AtomicU64>>) -> Self {
        Self { request, all: metrics::counter!("fanfare_db_statements_total") }
    }
}

impl Instrumentation for Counting {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            self.all.increment(1);
            let Some(request) = &self.request else { return };
            let text = query.to_string();
            let control = ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"];
            if !control.iter().any(|word| text.starts_with(word)) {
                request.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}
