use super::{Trial, WORKSPACE, next, up_to, within};
use crate::Happened;
use fanfare_domain::event::Seq;
use std::sync::Arc;
use std::sync::atomic::Ordering;

#[tokio::test]
async fn a_subscriber_without_a_cursor_begins_at_the_present() {
    let trial = Trial::start();
    trial.commit(3);
    let mut subscription = trial.subscribe(None).await;
    trial.commit(2);
    assert_eq!(up_to(5, &mut subscription).await, [4, 5]);
}

#[tokio::test]
async fn a_subscriber_with_a_cursor_gets_what_it_missed_and_then_what_comes() {
    let trial = Trial::start();
    trial.commit(1_000);
    let mut subscription = trial.subscribe(Some(10)).await;
    assert_eq!(up_to(1_000, &mut subscription).await, (11..=1_000).collect::<Vec<_>>());
    trial.commit(1);
    assert_eq!(next(&mut subscription).await, 1_001);
    assert_eq!(subscription.cursor().seq, 1_001);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn neither_gap_nor_repeat_while_others_write() {
    const WRITERS: i64 = 4;
    const EACH: i64 = 400;
    let trial = Arc::new(Trial::start());
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| {
            let trial = Arc::clone(&trial);
            tokio::spawn(async move {
                for _ in 0..EACH {
                    trial.commit(1);
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    let last = WRITERS * EACH;
    let readers: Vec<_> = (0..20)
        .map(|_| {
            let trial = Arc::clone(&trial);
            tokio::spawn(async move {
                // Cut off after every 100 events; resumes by its cursor.
                let (mut cursor, mut seen) = (0, Vec::new());
                while cursor < last {
                    let mut subscription = trial.subscribe(Some(cursor)).await;
                    seen.extend(up_to((cursor + 100).min(last), &mut subscription).await);
                    cursor = subscription.cursor().seq;
                }
                seen
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    for reader in readers {
        assert_eq!(within(reader).await.unwrap(), (1..=last).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn an_event_is_read_once_for_all_subscribers() {
    let trial = Trial::start();
    let mut subscriptions = Vec::new();
    for _ in 0..500 {
        subscriptions.push(trial.subscribe(None).await);
    }
    let before = trial.log.readings.load(Ordering::SeqCst);
    trial.commit(1);
    for subscription in &mut subscriptions {
        assert_eq!(next(subscription).await, 1);
    }
    // One at the opening of the room may have come after `before`.
    let readings = trial.log.readings.load(Ordering::SeqCst) - before;
    assert!(readings <= 2, "{readings} readings");
}

#[tokio::test]
async fn what_the_room_no_longer_has_comes_from_the_table() {
    let trial = Trial::start();
    let mut subscription = trial.subscribe(None).await;
    let mut witness = trial.subscribe(None).await;
    trial.commit(100);
    assert_eq!(up_to(100, &mut witness).await.len(), 100);
    trial.hub.trim();
    trial.hub.trim();
    assert_eq!(up_to(100, &mut subscription).await, (1..=100).collect::<Vec<_>>());
}

#[tokio::test]
async fn those_who_come_back_at_once_share_what_they_missed() {
    let trial = Trial::start();
    let last = trial.commit(300);
    let mut subscriptions = Vec::new();
    for n in 0..200 {
        subscriptions.push(trial.subscribe(Some(n % 5)).await);
    }
    // Each has asked whether its place is still there.
    let before = trial.log.readings.load(Ordering::SeqCst);
    let mut tasks = Vec::new();
    for mut subscription in subscriptions {
        tasks.push(tokio::spawn(async move {
            let mut seen = Vec::new();
            while seen.last().is_none_or(|happened: &Arc<Happened>| happened.event().seq < last) {
                seen.push(within(subscription.next()).await.unwrap().unwrap());
            }
            seen
        }));
    }
    let mut all = Vec::new();
    for task in tasks {
        all.push(task.await.unwrap());
    }
    for (n, seen) in (0..).zip(&all) {
        let seqs: Vec<Seq> = seen.iter().map(|happened| happened.event().seq).collect();
        assert_eq!(seqs, (n % 5 + 1..=last).collect::<Vec<_>>());
    }
    // One at the opening of the room may have come after `before`. The others: one for each place that a page begins at
    // and for each of those that read at the same time.
    let readings = trial.log.readings.load(Ordering::SeqCst) - before;
    assert!(readings <= 21, "{readings} readings");
    assert!(Arc::ptr_eq(&all[4][10], &all[9][10]), "what is made of an event is made for all of them");
}

#[tokio::test]
async fn a_node_has_heard_of_what_its_replays_bring() {
    let trial = Trial::start();
    trial.commit(2);
    let mut subscription = trial.subscribe(Some(0)).await;
    // Committed elsewhere, and no wake-up has come yet.
    let last = trial.log.append(WORKSPACE, 1);
    assert_eq!(up_to(last, &mut subscription).await, [1, 2, 3]);
    assert_eq!(trial.hub.last_seen(WORKSPACE), Some(last));
}

#[tokio::test]
async fn a_workspace_without_subscribers_is_not_read() {
    let trial = Trial::start();
    let mut subscription = trial.subscribe(None).await;
    trial.commit(1);
    assert_eq!(next(&mut subscription).await, 1);
    drop(subscription);
    within(async {
        while trial.hub.is_attended(WORKSPACE) {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let before = trial.log.readings.load(Ordering::SeqCst);
    trial.commit(1);
    assert_eq!(trial.log.readings.load(Ordering::SeqCst), before);
    // A new subscriber opens the room again.
    let mut subscription = trial.subscribe(Some(1)).await;
    assert_eq!(next(&mut subscription).await, 2);
}

#[tokio::test]
async fn a_commit_is_seen_and_rings_the_bell() {
    let trial = Trial::start();
    assert_eq!(trial.hub.last_seen(WORKSPACE), None);
    trial.hub.committed(WORKSPACE, 7);
    trial.hub.committed(WORKSPACE, 6);
    assert_eq!(trial.hub.last_seen(WORKSPACE), Some(7));
    within(trial.hub.bell().notified()).await;
}
