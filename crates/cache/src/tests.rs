//! What the memory's tier promises. Redis is tried in `tests/it/reads.rs`.

use super::{Key, ReadCache};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::noun::Version;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Notify;

fn cache(bytes: u64) -> ReadCache {
    ReadCache::new(bytes, None, "")
}

fn key(workspace: i64, seq: i64, question: &str) -> Key {
    let version = Version { seq, at: Timestamp::from_micros(seq).unwrap() };
    Key::new(WorkspaceId(workspace), version, "words", &question).unwrap()
}

/// Asks for `answer`; answers what came and whether it had to be loaded.
async fn ask(cache: &ReadCache, key: Key, answer: &str) -> (String, bool) {
    let loads = AtomicUsize::new(0);
    let load = async {
        loads.fetch_add(1, Ordering::SeqCst);
        Ok::<_, ()>(answer.to_owned())
    };
    let got = cache.read(key, load).await.unwrap();
    (String::clone(&got), loads.into_inner() == 1)
}

#[tokio::test]
async fn an_answer_is_loaded_once_for_its_workspace_version_and_question() {
    let cache = cache(1_000_000);
    assert_eq!(ask(&cache, key(1, 7, "a"), "first").await, ("first".to_owned(), true));
    assert_eq!(ask(&cache, key(1, 7, "a"), "second").await, ("first".to_owned(), false));
    for other in [key(2, 7, "a"), key(1, 8, "a"), key(1, 7, "b")] {
        assert_eq!(ask(&cache, other, "other").await, ("other".to_owned(), true));
    }
}

#[tokio::test]
async fn the_same_position_of_another_database_is_another_version() {
    let at = |micros| Version { seq: 7, at: Timestamp::from_micros(micros).unwrap() };
    let one = Key::new(WorkspaceId(1), at(1), "words", &"a").unwrap();
    let other = Key::new(WorkspaceId(1), at(2), "words", &"a").unwrap();
    assert_ne!(one, other);
}

#[tokio::test]
async fn without_room_every_read_is_loaded() {
    let cache = cache(0);
    assert!(!cache.is_on());
    for answer in ["first", "second"] {
        assert_eq!(ask(&cache, key(1, 7, "a"), answer).await, (answer.to_owned(), true));
    }
}

#[tokio::test]
async fn a_failure_is_told_and_not_kept() {
    let cache = cache(1_000_000);
    let failed = cache.read(key(1, 7, "a"), async { Err::<String, _>("down") }).await;
    assert_eq!(failed.map_err(|error| *error), Err("down"));
    assert_eq!(ask(&cache, key(1, 7, "a"), "up").await, ("up".to_owned(), true));
}

#[tokio::test]
async fn what_does_not_fit_is_not_kept() {
    let cache = cache(2_000);
    let long = "x".repeat(3_000);
    assert!(ask(&cache, key(1, 7, "a"), &long).await.1);
    cache.memory.as_ref().unwrap().settle().await;
    assert!(ask(&cache, key(1, 7, "a"), &long).await.1, "an entry above the limit");
}

#[tokio::test]
async fn those_who_ask_at_once_share_one_load() {
    let (cache, loads, go) =
        (Arc::new(cache(1_000_000)), Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let readers: Vec<_> = (0..20)
        .map(|_| {
            let (cache, loads, go) = (cache.clone(), loads.clone(), go.clone());
            tokio::spawn(async move {
                let load = async {
                    loads.fetch_add(1, Ordering::SeqCst);
                    go.notified().await;
                    Ok::<_, ()>("slow".to_owned())
                };
                cache.read(key(1, 7, "a"), load).await.map(|answer| String::clone(&answer))
            })
        })
        .collect();
    go.notify_one();
    for reader in readers {
        assert_eq!(reader.await.unwrap(), Ok("slow".to_owned()));
    }
    assert_eq!(loads.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn what_is_kept_without_a_version_is_found_by_its_type_until_another_takes_its_place() {
    let cache = cache(1_000_000);
    let key = || Key::without_version("whole", "a".to_owned());
    assert_eq!(cache.find::<String>(key()).await, None);
    cache.keep(key(), Arc::new("first".to_owned()), 5).await;
    assert_eq!(cache.find::<String>(key()).await.as_deref(), Some(&"first".to_owned()));
    assert_eq!(cache.find::<u32>(key()).await, None);
    cache.keep(key(), Arc::new("second".to_owned()), 6).await;
    assert_eq!(cache.find::<String>(key()).await.as_deref(), Some(&"second".to_owned()));
    cache.keep(key(), Arc::new("x".to_owned()), 2_000_000).await;
    cache.memory.as_ref().unwrap().settle().await;
    assert_eq!(cache.find::<String>(key()).await, None, "an entry above the limit");
}

#[tokio::test]
async fn without_room_nothing_is_kept_without_a_version_either() {
    let cache = cache(0);
    let key = || Key::without_version("whole", "a".to_owned());
    cache.keep(key(), Arc::new(1_u32), 1).await;
    assert_eq!(cache.find::<u32>(key()).await, None);
}
