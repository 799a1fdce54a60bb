use super::{NOW, Trial, WORKSPACE, next, up_to, within};
use crate::{SubscribeError, TooSlow};
use fanfare_domain::event::Cursor;
use fanfare_domain::id::WorkspaceId;
use std::sync::atomic::Ordering;

const DAY: i64 = 24 * 60 * 60 * 1_000_000;

#[tokio::test]
async fn a_lost_wake_up_is_found_by_the_sweep() {
    let trial = Trial::start();
    let mut subscription = trial.subscribe(None).await;
    trial.commit(1);
    assert_eq!(next(&mut subscription).await, 1);
    trial.log.append(WORKSPACE, 2);
    assert_eq!(up_to(3, &mut subscription).await, [2, 3]);
    assert_eq!(trial.hub.last_seen(WORKSPACE), Some(3));
}

#[tokio::test]
async fn subscribers_outlive_a_log_that_does_not_answer() {
    let trial = Trial::start();
    trial.commit(5);
    let mut live = trial.subscribe(None).await;
    let mut replaying = trial.subscribe(Some(0)).await;
    trial.log.is_down.store(true, Ordering::SeqCst);
    let before = trial.log.readings.load(Ordering::SeqCst);
    trial.commit(1);
    let (live, replaying) = (
        tokio::spawn(async move { up_to(6, &mut live).await }),
        tokio::spawn(async move { up_to(6, &mut replaying).await }),
    );
    within(async {
        while trial.log.readings.load(Ordering::SeqCst) < before + 4 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    trial.log.is_down.store(false, Ordering::SeqCst);
    assert_eq!(live.await.unwrap(), [6]);
    assert_eq!(replaying.await.unwrap(), [1, 2, 3, 4, 5, 6]);
}

#[tokio::test]
async fn a_slow_subscriber_is_told_its_last_cursor_and_delays_nobody() {
    let trial = Trial::start();
    let mut slow = trial.subscribe(None).await;
    let mut quick = trial.subscribe(None).await;
    trial.commit(1);
    assert_eq!(next(&mut slow).await, 1);
    // Caught up: it waits for the next.
    assert!(futures_util::FutureExt::now_or_never(slow.next()).is_none());
    for last in 2..=4_000 {
        trial.commit(1);
        // The slow one stands still meanwhile.
        if last % 100 == 0 {
            up_to(last, &mut quick).await;
        }
    }
    let last = Cursor { workspace_id: WORKSPACE, seq: 1 };
    assert_eq!(within(slow.next()).await.unwrap().unwrap_err(), TooSlow { last });
    assert!(within(slow.next()).await.is_none());
    let mut resumed = trial.subscribe(Some(last.seq)).await;
    assert_eq!(up_to(4_000, &mut resumed).await, (2..=4_000).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_cursor_is_refused_that_is_too_old_or_ahead_of_the_log() {
    let trial = Trial::start();
    trial.commit(10_010);
    let outcome = async |after| trial.hub.subscribe(WORKSPACE, Some(after)).await.map(|_| ());
    assert!(matches!(outcome(9).await, Err(SubscribeError::CursorTooOld)));
    assert!(outcome(10).await.is_ok());
    assert!(outcome(10_010).await.is_ok());
    assert!(matches!(outcome(10_011).await, Err(SubscribeError::CursorAhead)));

    *trial.clock.0.lock() = NOW + 7 * DAY;
    assert!(outcome(10).await.is_ok());
    *trial.clock.0.lock() = NOW + 7 * DAY + 1;
    assert!(matches!(outcome(10).await, Err(SubscribeError::CursorTooOld)));
    assert!(outcome(10_010).await.is_ok(), "nothing was missed");
}

#[tokio::test]
async fn a_workspace_that_does_not_exist_has_no_subscribers() {
    let trial = Trial::start();
    let outcome = trial.hub.subscribe(WorkspaceId(99), None).await.map(|_| ());
    assert!(matches!(outcome, Err(SubscribeError::NoWorkspace)));
}

#[tokio::test]
async fn subscriptions_end_when_the_server_stops() {
    let trial = Trial::start();
    let mut subscription = trial.subscribe(None).await;
    trial.stop.cancel();
    assert!(within(subscription.next()).await.is_none());
}
