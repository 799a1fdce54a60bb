//! Two nodes that share a piece of work, by a database's clock and clocks of their own that are set, with holders that die
//! or do not reach the database.
//!
//! What the rules do not promise does not occur: that a request arrives after the longest time that a call may take, or
//! that a process stands still for longer than its lease.

mod world;

use super::{Call, End, SETTLE, call};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use world::{Seen, World};

/// What happens at a moment, apart from the work.
#[derive(Clone, Copy, Debug)]
enum Event {
    Nothing,
    /// A node dies, and a process without memory begins in its place.
    Death(usize),
    /// A node does not reach the database for so many seconds.
    Mute(usize, u64),
    /// A node's clock is set to so many seconds ahead of the time.
    NodeClock(usize, i64),
    /// So is the database's, which leases are kept by.
    LeaseClock(i64),
}

/// An event, and the time behind it with what becomes of calls that begin in it.
#[derive(Clone, Debug)]
struct Step {
    event: Event,
    /// The time before its seconds: networks tell their time in whole ones.
    millis: u64,
    seconds: u64,
    /// The node that is the faster one.
    first: usize,
    call: Call,
}

fn step() -> impl Strategy<Value = Step> {
    let node = || 0..2_usize;
    let ahead = || -3_600..=3_600_i64;
    let event = prop_oneof![
        3 => Just(Event::Nothing),
        3 => node().prop_map(Event::Death),
        2 => (node(), 1..60_u64).prop_map(|(node, seconds)| Event::Mute(node, seconds)),
        2 => (node(), ahead()).prop_map(|(node, ahead)| Event::NodeClock(node, ahead)),
        2 => ahead().prop_map(Event::LeaseClock),
    ];
    (event, 0..1_000_u64, 1..60_u64, node(), call()).prop_map(|(event, millis, seconds, first, call)| Step {
        event,
        millis,
        seconds,
        first,
        call,
    })
}

/// A whole history.
#[derive(Clone, Debug)]
struct History {
    steps: Vec<Step>,
    refuses_duplicates: bool,
    stamped_ahead: i64,
    /// The network's clock is between two seconds when it begins.
    micros: i64,
}

fn history() -> impl Strategy<Value = History> {
    let steps = prop::collection::vec(step(), 1..=20);
    (steps, prop::bool::weighted(0.2), -240..=240_i64, 0..1_000_000_i64).prop_map(
        |(steps, refuses_duplicates, stamped_ahead, micros)| History {
            steps,
            refuses_duplicates,
            stamped_ahead,
            micros,
        },
    )
}

proptest! {
    #[test]
    fn two_nodes_publish_nothing_twice_and_lose_nothing(history in history()) {
        let world = World::run(&history);
        let (public, seen) = (world.public(), &world.seen);
        let certain = !history.refuses_duplicates && history.steps.iter().all(|step| !step.call.short);
        prop_assert!(!seen.robbed, "a holder that is alive lost its lease");
        prop_assert!(!seen.sent_over_it, "it was sent again, and the network had it");
        prop_assert!(world.row.end != End::Open, "nobody ended it: {seen:?}");
        prop_assert!(public <= 1, "published {public} times");
        match world.row.end {
            End::Done => prop_assert_eq!(public, 1),
            End::Failed => prop_assert!(!certain || public == 0, "it failed, and stands there"),
            End::Asked => prop_assert!(!certain, "a person was asked though the network can tell"),
            End::Open => {}
        }
    }
}

#[test]
fn the_histories_hold_whatever_the_rules_are_for() {
    let mut runner = TestRunner::deterministic();
    let mut all = Seen::default();
    let mut ends = Vec::new();
    for _ in 0..256 {
        let world = World::run(&history().new_tree(&mut runner).unwrap().current());
        all.deaths += world.seen.deaths;
        all.takeovers += world.seen.takeovers;
        all.clocks_set += world.seen.clocks_set;
        all.lost_answers += world.seen.lost_answers;
        all.late_finds += world.seen.late_finds;
        all.sent_again += world.seen.sent_again;
        ends.push(world.row.end);
    }
    let rarest =
        [all.deaths, all.takeovers, all.clocks_set, all.lost_answers, all.late_finds, all.sent_again];
    assert!(rarest.iter().all(|count| *count >= 5), "{all:?}");
    for end in [End::Done, End::Failed, End::Asked] {
        assert!(ends.contains(&end), "no history ends {end:?}");
    }
}

/// A history on a network that is consistent, of events with the seconds behind them.
fn history_of(call: &Call, events: &[(Event, u64)]) -> History {
    let step = |(event, seconds): &(Event, u64)| Step {
        event: *event,
        millis: 0,
        seconds: *seconds,
        first: 0,
        call: call.clone(),
    };
    History {
        steps: events.iter().map(step).collect(),
        refuses_duplicates: false,
        stamped_ahead: 0,
        micros: 0,
    }
}

fn lost(taken_after: Option<u64>) -> Call {
    Call { taken_after, answered: false, ends_after: None, idle: 0, lag: SETTLE.as_secs(), short: false }
}

#[test]
fn what_a_dead_node_sent_is_found_by_the_other_whatever_its_clock_shows() {
    let events = [
        (Event::Nothing, 2),
        (Event::Death(0), 1),
        (Event::NodeClock(0, -3_600), 1),
        (Event::NodeClock(1, 3_600), 90),
    ];
    let world = World::run(&history_of(&lost(Some(20)), &events));
    let (seen, sent) = (&world.seen, world.ledger.sent.len());
    assert_eq!((seen.takeovers, seen.late_finds, sent), (1, 1, 1), "{seen:?}");
    assert_eq!((world.row.end, world.public()), (End::Done, 1));
}

#[test]
fn a_database_clock_that_is_set_takes_no_call_from_a_living_node() {
    for ahead in [60, 3_600, -3_600] {
        let slow = Call { answered: true, ..lost(Some(25)) };
        let events = [(Event::Nothing, 2), (Event::LeaseClock(ahead), 30)];
        let world = World::run(&history_of(&slow, &events));
        assert_eq!((world.seen.takeovers, world.seen.clocks_set), (0, 1), "{:?}", world.seen);
        assert_eq!((world.row.end, world.public(), world.row.token), (End::Done, 1, 1));
    }
}

#[test]
fn a_database_clock_that_is_set_during_a_watch_takes_no_call_from_a_living_node() {
    let slow = Call { answered: true, ..lost(Some(25)) };
    let extended = [(Event::Nothing, 2), (Event::LeaseClock(60), 11), (Event::LeaseClock(3_600), 40)];
    let late = [(Event::Nothing, 2), (Event::Mute(0, 18), 15), (Event::LeaseClock(3_600), 40)];
    for events in [extended, late] {
        let world = World::run(&history_of(&slow, &events));
        assert_eq!((world.seen.takeovers, world.seen.robbed), (0, false), "{:?}", world.seen);
        assert_eq!((world.row.end, world.public(), world.row.token), (End::Done, 1, 1));
    }
}

#[test]
fn a_node_that_does_not_reach_the_database_has_stopped_before_a_takeover_whatever_its_clock_shows() {
    let events = [(Event::Nothing, 2), (Event::Mute(0, 80), 1), (Event::LeaseClock(3_600), 90)];
    let world = World::run(&history_of(&lost(Some(25)), &events));
    let (seen, sent) = (&world.seen, world.ledger.sent.len());
    assert_eq!((seen.takeovers, seen.late_finds, sent), (1, 1, 1), "{seen:?}");
    assert!(!seen.sent_over_it, "{seen:?}");
    assert_eq!((world.row.end, world.public()), (End::Done, 1));
}

#[test]
fn what_the_network_did_not_take_is_sent_again_once_that_is_certain() {
    let events = [(Event::Nothing, 10), (Event::NodeClock(0, 3_600), 21)];
    let world = World::run(&history_of(&lost(None), &events));
    let seen = &world.seen;
    assert_eq!((seen.lost_answers, seen.sent_again), (1, 1), "{seen:?}");
    assert_eq!((world.row.end, world.public()), (End::Done, 1));
}

#[test]
fn a_node_that_does_not_reach_the_database_stops_before_the_other_takes_over() {
    let slow = lost(Some(25));
    let world = World::run(&history_of(&slow, &[(Event::Nothing, 2), (Event::Mute(0, 80), 90)]));
    let seen = &world.seen;
    assert_eq!((seen.takeovers, seen.late_finds, seen.robbed), (1, 1, false), "{seen:?}");
    assert_eq!((world.row.end, world.public()), (End::Done, 1));
}
