//! How new a kept answer must be.

use super::*;
use fanfare_domain::event::ActivityKind as Kind;
use fanfare_domain::noun::Noun;
use std::sync::atomic::Ordering;

async fn seq_of(trial: &Trial, noun: Noun) -> Seq {
    within(trial.hub.nouns(WORKSPACE)).await.unwrap().unwrap().version(&[noun]).seq
}

#[tokio::test]
async fn an_event_moves_the_nouns_that_it_changes_and_no_others() {
    let trial = Trial::start();
    trial.log.append_kind(WORKSPACE, 1, Kind::WorkspaceCreated);
    trial.log.append_kind(WORKSPACE, 1, Kind::AccountConnected);
    trial.log.append_kind(WORKSPACE, 1, Kind::PostCreated);
    assert_eq!(seq_of(&trial, Noun::Accounts).await, 2);
    assert_eq!(seq_of(&trial, Noun::Posts).await, 3);
    assert_eq!(seq_of(&trial, Noun::Metrics).await, 1, "never changed: as old as the log");
    let last = trial.log.append_kind(WORKSPACE, 1, Kind::AccountUpdated);
    trial.hub.committed(WORKSPACE, last);
    assert_eq!(seq_of(&trial, Noun::Accounts).await, 4);
    assert_eq!(seq_of(&trial, Noun::Metrics).await, 4);
    assert_eq!(seq_of(&trial, Noun::Posts).await, 3);
    let both = trial.hub.nouns(WORKSPACE).await.unwrap().unwrap();
    assert_eq!((both.version(&[Noun::Posts, Noun::Accounts]).seq, both.position()), (4, 4));
}

#[tokio::test]
async fn the_log_is_read_once_for_each_news() {
    let trial = Trial::start();
    trial.commit(1);
    seq_of(&trial, Noun::Posts).await;
    let readings = trial.log.readings.load(Ordering::SeqCst);
    for _ in 0..10 {
        seq_of(&trial, Noun::Posts).await;
    }
    assert_eq!(trial.log.readings.load(Ordering::SeqCst), readings);
    trial.commit(1);
    assert_eq!(seq_of(&trial, Noun::Posts).await, 2);
    assert_eq!(trial.log.readings.load(Ordering::SeqCst), readings + 1);
}

#[tokio::test]
async fn a_long_log_is_not_read_from_its_beginning() {
    let trial = Trial::start();
    trial.log.append_kind(WORKSPACE, 1, Kind::AccountConnected);
    trial.commit(5_000);
    assert_eq!(seq_of(&trial, Noun::Posts).await, 5_001);
    let accounts = seq_of(&trial, Noun::Accounts).await;
    assert!(
        (1..=5_001).contains(&accounts) && accounts > 4_000,
        "too late rather than too early: {accounts}"
    );
    trial.commit(5_000);
    assert_eq!(seq_of(&trial, Noun::Posts).await, 10_001);
}

#[tokio::test]
async fn a_lost_wake_up_is_made_up_for_within_a_second_or_so() {
    let trial = Trial::start();
    trial.commit(1);
    assert_eq!(seq_of(&trial, Noun::Posts).await, 1);
    // Committed by another node; no wake-up arrives.
    trial.log.append(WORKSPACE, 1);
    let found = async {
        while seq_of(&trial, Noun::Posts).await < 2 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), found).await.expect("the sweep finds it");
}

#[tokio::test]
async fn where_the_log_cannot_be_read_no_version_is_told() {
    let trial = Trial::start();
    trial.commit(1);
    trial.log.is_down.store(true, Ordering::SeqCst);
    assert!(trial.hub.nouns(WORKSPACE).await.is_err());
    trial.log.is_down.store(false, Ordering::SeqCst);
    assert_eq!(seq_of(&trial, Noun::Posts).await, 1);
    assert!(trial.hub.nouns(WorkspaceId(99)).await.unwrap().is_none(), "no such workspace");
}

/// Waits for the sweep, which looks each second.
async fn swept(mut is_done: impl AsyncFnMut() -> bool) {
    let done = async {
        while !is_done().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), done).await.expect("the sweep finds it");
}

#[tokio::test]
async fn a_log_of_a_backup_is_followed_from_where_it_ends() {
    let trial = Trial::start();
    trial.commit(10);
    assert_eq!(seq_of(&trial, Noun::Posts).await, 10);
    trial.log.play_back(WORKSPACE, 4);
    swept(async || seq_of(&trial, Noun::Posts).await == 4).await;
    trial.commit(1);
    assert_eq!(seq_of(&trial, Noun::Posts).await, 5, "a position that was given out before");
    let readings = trial.log.readings.load(Ordering::SeqCst);
    assert_eq!(seq_of(&trial, Noun::Posts).await, 5);
    assert_eq!(trial.log.readings.load(Ordering::SeqCst), readings, "it is not read each time");
}

#[tokio::test]
async fn a_workspace_that_was_deleted_elsewhere_has_no_versions() {
    let trial = Trial::start();
    trial.commit(1);
    assert_eq!(seq_of(&trial, Noun::Posts).await, 1);
    trial.log.delete(WORKSPACE);
    swept(async || within(trial.hub.nouns(WORKSPACE)).await.unwrap().is_none()).await;
}
