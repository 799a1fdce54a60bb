use super::memory::{LEASE, Manner, Node, Table, pass};
use std::sync::atomic::Ordering;
use std::time::Duration;

#[tokio::test(start_paused = true)]
async fn while_nothing_is_due_a_database_is_asked_less_than_once_a_second() {
    let table = Table::new();
    table.add(Duration::from_hours(1));
    let _node = Node::start(&table, Manner::named("ann"), 4);
    pass(Duration::from_mins(10)).await;
    let (looks, claims) = (table.looks.load(Ordering::SeqCst), table.claims.load(Ordering::SeqCst));
    assert!(looks <= 481 && claims <= 1, "{looks} looks and {claims} claims in 600 seconds");
}

#[tokio::test(start_paused = true)]
async fn bells_that_ring_fast_share_a_look() {
    let table = Table::new();
    let node = Node::start(&table, Manner::named("ann"), 4);
    for _ in 0..1_000 {
        node.bell.notify_one();
        pass(Duration::from_millis(1)).await;
    }
    let looks = table.looks.load(Ordering::SeqCst);
    assert!((80..=120).contains(&looks), "{looks} looks in a second");
}

#[tokio::test(start_paused = true)]
async fn something_due_that_nobody_can_claim_does_not_keep_the_database_busy() {
    let table = Table::new();
    let id = table.add(Duration::ZERO);
    // Due by the agenda, held by the queue: what waits for another piece of its account looks like this.
    let _node = Node::start(&table, Manner::named("ann").taking(100 * LEASE), 1);
    pass(Duration::from_secs(1)).await;
    assert_eq!(table.row(id).token, 1);
    table.add(Duration::ZERO);
    let before = table.looks.load(Ordering::SeqCst) + table.claims.load(Ordering::SeqCst);
    pass(Duration::from_mins(1)).await;
    let asked = table.looks.load(Ordering::SeqCst) + table.claims.load(Ordering::SeqCst) - before;
    assert!(asked <= 60, "asked {asked} times in a minute");
}
