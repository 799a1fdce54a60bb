use super::memory::{LEASE, Manner, Node, Table, pass};
use crate::LeaseTerms;
use std::sync::atomic::Ordering;
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn a_lease_is_kept_for_as_long_as_its_work_takes() {
    let table = Table::new();
    let id = table.add(Duration::ZERO);
    let _nodes = (
        Node::start(&table, Manner::named("ann").taking(10 * LEASE), 1),
        Node::start(&table, Manner::named("bea").taking(10 * LEASE), 1),
    );
    pass(11 * LEASE).await;
    let row = table.row(id);
    assert_eq!((row.ended.len(), row.token), (1, 1), "claimed once, and never taken over");
}

#[tokio::test(start_paused = true)]
async fn what_a_dead_holder_had_is_done_by_another_when_its_lease_has_ended_and_was_watched() {
    let table = Table::new();
    let id = table.add(Duration::ZERO);
    let dead = table.now().plus(LEASE);
    table.edit(id, |row| (row.token, row.lease_until) = (1, Some(dead)));
    let _node = Node::start(&table, Manner::named("bea"), 1);
    let terms = LeaseTerms::new(LEASE);
    let seen_after = terms.overdue(false).silent_for;
    pass((seen_after + terms.patience(false)).saturating_sub(Duration::from_millis(1))).await;
    assert!(table.row(id).ended.is_empty(), "its holder may still be at it");
    pass(2 * SECOND).await;
    let row = table.row(id);
    assert_eq!((row.ended[0].0, row.token), ("bea", 3));
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_forward_takes_no_lease_from_a_holder_that_is_alive() {
    for jump in [2 * LEASE, 120 * LEASE] {
        let table = Table::new();
        let id = table.add(Duration::ZERO);
        let _nodes = (
            Node::start(&table, Manner::named("ann").taking(3 * LEASE), 1),
            Node::start(&table, Manner::named("bea").taking(3 * LEASE), 1),
        );
        pass(SECOND).await;
        table.clock.set_forward(jump);
        pass(4 * LEASE).await;
        let row = table.row(id);
        assert_eq!((row.ended.len(), row.token), (1, 1), "claimed once, and never taken over");
    }
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_forward_during_a_watch_takes_no_lease_from_a_holder_that_is_alive() {
    for second in 1..=30 {
        let table = Table::new();
        let id = table.add(Duration::ZERO);
        let nodes = (
            Node::start(&table, Manner::named("ann").taking(3 * LEASE), 1),
            Node::start(&table, Manner::named("bea").taking(3 * LEASE), 1),
        );
        pass(SECOND).await;
        // From now on the lease seems overdue to whoever watches.
        table.clock.set_forward(2 * LEASE);
        pass(second * SECOND).await;
        table.clock.set_forward(120 * LEASE);
        pass(4 * LEASE).await;
        let row = table.row(id);
        assert_eq!((row.ended.len(), row.token), (1, 1), "set in second {second} of the watch");
        nodes.0.stop.cancel();
        nodes.1.stop.cancel();
    }
}

#[tokio::test(start_paused = true)]
async fn a_holder_that_cannot_extend_its_lease_has_stopped_before_another_begins_however_the_clock_is_set() {
    for (at_first, then) in [(Duration::ZERO, Duration::ZERO), (2 * LEASE, 120 * LEASE), (LEASE, 2 * LEASE)] {
        let table = Table::new();
        let id = table.add(Duration::ZERO);
        let mute = Manner { mute: true, heeds: true, ..Manner::named("ann").taking(10 * LEASE) };
        let ann = Node::start(&table, mute, 1);
        pass(SECOND).await;
        // It claims nothing more, and what it has begun continues.
        ann.stop.cancel();
        let _bea = Node::start(&table, Manner::named("bea"), 1);
        table.clock.set_forward(at_first);
        pass(5 * SECOND).await;
        table.clock.set_forward(then);
        pass(2 * LEASE).await;
        let runs = table.row(id).runs;
        let [("ann", _, stopped), ("bea", begun, _)] = runs[..] else { panic!("{runs:?}") };
        assert!(stopped < begun, "{:?} too late", stopped.duration_since(begun));
        assert_eq!(table.row(id).ended.len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_outlives_its_lease_changes_nothing() {
    let table = Table::new();
    let id = table.add(Duration::ZERO);
    let mute = Manner { mute: true, ..Manner::named("ann").taking(2 * LEASE) };
    let _ann = Node::start(&table, mute, 1);
    pass(SECOND).await;
    assert_eq!(table.row(id).token, 1);
    let _bea = Node::start(&table, Manner::named("bea").taking(LEASE), 1);
    pass(3 * LEASE).await;
    let names: Vec<&str> = table.row(id).ended.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["bea"], "the late outcome of the first was not written");
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_is_alone_takes_back_at_its_start_whatever_was_held() {
    let table = Table::new();
    let id = table.add(Duration::ZERO);
    let dead = table.now().plus(LEASE);
    table.edit(id, |row| (row.token, row.lease_until) = (1, Some(dead)));
    let _node = Node::start_with(&table, Manner::named("bea"), 1, true);
    pass(SECOND).await;
    assert_eq!(table.row(id).ended[0].0, "bea");
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_is_alone_takes_over_when_a_lease_and_its_margin_have_ended() {
    let table = Table::new();
    let _node = Node::start_with(&table, Manner::named("bea"), 1, true);
    pass(SECOND).await;
    let id = table.add(Duration::ZERO);
    let lost = table.now().plus(LEASE);
    table.edit(id, |row| (row.token, row.lease_until) = (1, Some(lost)));
    pass((LEASE + LeaseTerms::new(LEASE).margin).saturating_sub(Duration::from_millis(1))).await;
    assert!(table.row(id).ended.is_empty(), "its run may not have noticed yet");
    pass(2 * SECOND).await;
    assert_eq!(table.row(id).ended[0].0, "bea");
}

#[tokio::test(start_paused = true)]
async fn what_a_dead_holder_had_is_taken_over_though_the_clock_was_set_back_since() {
    let table = Table::new();
    let (id, other) = (table.add(Duration::ZERO), table.add(Duration::ZERO));
    let before = table.now().plus(120 * LEASE);
    table.edit(id, |row| (row.token, row.lease_until) = (1, Some(before)));
    let terms = LeaseTerms::new(LEASE);
    // Its own lease always ends first.
    let _ann = Node::start(&table, Manner::named("ann").taking(10 * LEASE), 1);
    pass(terms.patience(false).saturating_sub(Duration::from_millis(1))).await;
    assert_eq!(table.row(id).token, 1, "its holder may still be at it");
    pass(2 * terms.margin).await;
    let (taken, kept) = (table.row(id), table.row(other));
    assert_eq!((taken.token, taken.lease_until), (2, None));
    assert_eq!((kept.token, kept.lease_until.is_some()), (1, true));
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_back_takes_no_lease_from_a_holder_that_is_alive() {
    let table = Table::new();
    let id = table.add(Duration::ZERO);
    let _nodes = (
        Node::start(&table, Manner::named("ann").taking(3 * LEASE), 1),
        Node::start(&table, Manner::named("bea").taking(3 * LEASE), 1),
    );
    pass(14 * SECOND).await;
    // As if the clock had been so far ahead when the lease was extended last.
    let before = table.now().plus(120 * LEASE);
    table.edit(id, |row| row.lease_until = Some(before));
    pass(4 * LEASE).await;
    assert!(table.watches.load(Ordering::SeqCst) > 0, "it was watched before it was extended again");
    let row = table.row(id);
    assert_eq!((row.ended.len(), row.token), (1, 1), "claimed once, and never taken over");
}
