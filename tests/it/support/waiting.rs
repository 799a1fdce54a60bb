//! Waiting for what the server does in its own time.

use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval, timeout};

const POLL: Duration = Duration::from_millis(20);

/// Asks again and again until `condition` gives something, and returns it.
///
/// # Panics
/// After `limit`, naming `what` was waited for.
pub async fn eventually<T>(limit: Duration, what: &str, mut condition: impl AsyncFnMut() -> Option<T>) -> T {
    let mut ticks = interval(POLL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let found = timeout(limit, async {
        loop {
            ticks.tick().await;
            if let Some(found) = condition().await {
                return found;
            }
        }
    });
    found.await.unwrap_or_else(|_| panic!("not within {} ms: {what}", limit.as_millis()))
}

#[tokio::test]
async fn waiting_ends_with_what_was_found() {
    let mut asked = 0;
    let found = eventually(Duration::from_secs(5), "the third answer", async || {
        asked += 1;
        (asked == 3).then_some(asked)
    });
    assert_eq!(found.await, 3);
}

#[tokio::test]
#[should_panic(expected = "not within 50 ms: a miracle")]
async fn waiting_in_vain_names_what_was_waited_for() {
    eventually(Duration::from_millis(50), "a miracle", async || None::<()>).await;
}
