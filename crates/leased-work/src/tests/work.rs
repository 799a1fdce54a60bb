use super::memory::{Manner, Node, Table, pass};
use crate::GiveBack;
use std::sync::atomic::Ordering;
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn a_piece_is_done_once_and_at_its_time() {
    let table = Table::new();
    let (now, later) = (table.add(Duration::ZERO), table.add(Duration::from_millis(300)));
    let _node = Node::start(&table, Manner::named("ann"), 4);
    pass(SECOND).await;
    let ended = |id| table.row(id).ended;
    assert_eq!(ended(now).iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["ann"]);
    let [(_, at)] = ended(later)[..] else { panic!("{:?}", ended(later)) };
    let planned = 300_000..310_000;
    assert!(planned.contains(&at.micros()), "it is woken at its time, not at the next look: {at}");
}

#[tokio::test(start_paused = true)]
async fn there_are_never_more_at_work_than_slots_and_a_free_slot_is_used_at_once() {
    let table = Table::new();
    let ids: Vec<i64> = (0..6).map(|_| table.add(Duration::ZERO)).collect();
    let node = Node::start(&table, Manner::named("ann").taking(10 * SECOND), 2);
    pass(31 * SECOND).await;
    assert!(ids.iter().all(|id| table.row(*id).ended.len() == 1));
    assert_eq!(node.most_at_work.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn what_is_due_by_a_bell_does_not_wait_for_the_next_look() {
    let table = Table::new();
    let node = Node::start(&table, Manner::named("ann"), 1);
    pass(10 * SECOND).await;
    let id = table.add(Duration::ZERO);
    node.bell.notify_one();
    pass(Duration::from_millis(50)).await;
    assert_eq!(table.row(id).ended.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_bell_that_was_lost_costs_no_more_than_the_time_between_two_looks() {
    let table = Table::new();
    let _node = Node::start(&table, Manner::named("ann"), 1);
    pass(10 * SECOND).await;
    let id = table.add(Duration::ZERO);
    pass(Duration::from_millis(1_300)).await;
    assert_eq!(table.row(id).ended.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_gone_on_with_is_given_back_and_tried_again() {
    let table = Table::new();
    let id = table.add(Duration::ZERO);
    let manner = Manner { fails: true, ..Manner::named("ann") };
    let _node = Node::start(&table, manner, 1);
    pass(6 * SECOND).await;
    let row = table.row(id);
    assert_eq!((row.given_back, row.ended.len()), (vec![GiveBack::Failed; 2], 0));
}

#[tokio::test(start_paused = true)]
async fn an_outcome_waits_for_a_database_that_is_away_as_long_as_the_lease_holds() {
    let table = Table::new();
    let id = table.add(Duration::ZERO);
    let _node = Node::start(&table, Manner::named("ann").taking(SECOND), 1);
    pass(SECOND / 2).await;
    table.away.store(true, Ordering::SeqCst);
    pass(20 * SECOND).await;
    assert_eq!(table.row(id).ended.len(), 0);
    table.away.store(false, Ordering::SeqCst);
    pass(SECOND).await;
    assert_eq!((table.row(id).ended.len(), table.row(id).token), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_stops_waits_for_its_work_and_begins_nothing() {
    let table = Table::new();
    let under_way = table.add(Duration::ZERO);
    let node = Node::start(&table, Manner::named("ann").taking(10 * SECOND), 1);
    pass(SECOND).await;
    let waiting = table.add(Duration::ZERO);
    node.end().await;
    assert_eq!((table.row(under_way).ended.len(), table.row(waiting).token), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn work_that_can_stop_in_its_middle_is_given_back_for_another() {
    let table = Table::new();
    let id = table.add(Duration::ZERO);
    let manner = Manner { stops: true, ..Manner::named("ann").taking(100 * SECOND) };
    let node = Node::start(&table, manner, 1);
    pass(SECOND).await;
    node.end().await;
    assert_eq!(table.row(id).given_back, [GiveBack::Stopped]);
    let _other = Node::start(&table, Manner::named("bea"), 1);
    pass(SECOND).await;
    assert_eq!(table.row(id).ended[0].0, "bea", "without waiting for the lease's end");
}
