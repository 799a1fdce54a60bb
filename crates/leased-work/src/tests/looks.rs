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
    table.edit(id, |row| row.blocked = true);
    let node = Node::start(&table, Manner::named("ann"), 2);
    pass(Duration::from_mins(1)).await;
    let (looks, claims) = (table.looks.load(Ordering::SeqCst), table.claims.load(Ordering::SeqCst));
    assert!(looks <= 50 && claims <= 50, "{looks} looks and {claims} claims in an idle minute");
    for _ in 0..1_000 {
        node.bell.notify_one();
        pass(Duration::from_millis(10)).await;
    }
    let claimed = table.claims.load(Ordering::SeqCst) - claims;
    assert!(claimed <= 250, "{claimed} claims in ten seconds of much else");
    table.edit(id, |row| row.blocked = false);
    node.bell.notify_one();
    pass(Duration::from_millis(100)).await;
    assert_eq!(table.row(id).ended.len(), 1, "it is claimed soon after it may be");
}

#[tokio::test(start_paused = true)]
async fn the_last_free_slots_are_used_however_often_a_busy_worker_is_called() {
    let table = Table::new();
    let busy: Vec<i64> = (0..7).map(|_| table.add(Duration::ZERO)).collect();
    let node = Node::start(&table, Manner::named("ann").taking(10 * LEASE), 8);
    pass(Duration::from_secs(1)).await;
    assert!(busy.iter().all(|id| table.row(*id).token == 1));
    let last = table.add(Duration::ZERO);
    for _ in 0..10 {
        node.bell.notify_one();
        pass(Duration::from_millis(10)).await;
    }
    assert_eq!(table.row(last).token, 1);
}

#[tokio::test(start_paused = true)]
async fn leases_that_are_kept_are_not_looked_at_and_overdue_ones_rarely() {
    let table = Table::new();
    table.add(Duration::ZERO);
    let _ann = Node::start(&table, Manner::named("ann").taking(10 * LEASE), 1);
    pass(9 * LEASE).await;
    assert_eq!(table.watches.load(Ordering::SeqCst), 0);
    let table = Table::new();
    let id = table.add(Duration::ZERO);
    let dead = table.now();
    table.edit(id, |row| (row.token, row.lease_until) = (1, Some(dead)));
    let bea = Node::start(&table, Manner::named("bea"), 1);
    for _ in 0..3_000 {
        bea.bell.notify_one();
        pass(Duration::from_millis(10)).await;
    }
    let watches = table.watches.load(Ordering::SeqCst);
    assert!((1..=13).contains(&watches), "{watches} looks at overdue leases in half a minute of much else");
}
