//! The database, the nodes, and what happens to them.

use super::{Event, History};
use crate::clock::Timestamp;
use crate::read_back::Next;
use crate::read_back::tests::{Call, End, LEASE, Ledger, Network, SETTLE, by_clock};
use crate::work::{Lapsed, Lease, Overdue};
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);
/// Between two extensions of a lease by its holder, which leases are watched, and for how long: as `leased-work` has
/// them.
const BEAT: Duration = Duration::from_secs(10);
const OVERDUE: Overdue = Overdue { lease_for: LEASE, silent_for: Duration::from_secs(13) };
const PATIENCE: Duration = Duration::from_secs(33);
/// How long after a call's end a network may show its effect.
const SHOWS_AFTER: Duration = Duration::from_secs(2);
/// The longest call: it ends before its lease does.
const LONGEST: Duration = Duration::from_secs(29);
/// Before a refused call is looked for again.
const BACKOFF: Duration = Duration::from_secs(30);

/// The piece of work as the database has it.
pub(super) struct Row {
    pub(super) token: i64,
    lease_until: Option<Timestamp>,
    due_at: Timestamp,
    pub(super) end: End,
}

/// A call under way, and the lease under which it is made.
#[derive(Clone, Copy)]
struct Run {
    lease: Lease<()>,
    /// When its holder stops the run. Elapsed time, as are `next_beat` and the times below.
    held_until: Duration,
    next_beat: Duration,
    answered_at: Option<Duration>,
    broken_at: Duration,
    /// When the network takes it.
    effect: Option<Timestamp>,
}

#[derive(Default)]
struct Node {
    /// Its clock is so many seconds ahead.
    ahead: i64,
    mute_until: Duration,
    /// The overdue lease that it watches, and since when it has been as it is.
    watched: Option<(Lease<()>, Duration)>,
    run: Option<Run>,
}

/// What happened, and what never may.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) deaths: usize,
    pub(super) takeovers: usize,
    pub(super) clocks_set: usize,
    pub(super) lost_answers: usize,
    pub(super) late_finds: usize,
    pub(super) sent_again: usize,
    /// It was sent again where the network had taken it, or was about to.
    pub(super) sent_over_it: bool,
    /// A holder that is alive and reaches the database lost its lease.
    pub(super) robbed: bool,
}

pub(super) struct World {
    /// What has passed. Nobody sets it.
    now: Duration,
    network: Network,
    pub(super) row: Row,
    pub(super) ledger: Ledger,
    nodes: [Node; 2],
    lease_clock_ahead: i64,
    pub(super) seen: Seen,
}

impl World {
    fn new(history: &History) -> Self {
        let network_now = Timestamp::from_micros(1_795_000_000_000_000 + history.micros).unwrap();
        Self {
            now: Duration::ZERO,
            network: Network {
                now: network_now,
                made: Vec::new(),
                stamped_ahead: history.stamped_ahead,
                refuses_duplicates: history.refuses_duplicates,
            },
            row: Row { token: 0, lease_until: None, due_at: time(Duration::ZERO, 0), end: End::Open },
            ledger: Ledger::default(),
            nodes: [Node::default(), Node::default()],
            lease_clock_ahead: 0,
            seen: Seen::default(),
        }
    }

    /// Goes through a history, and on in peace until the work has ended.
    pub(super) fn run(history: &History) -> Self {
        let mut world = Self::new(history);
        for step in &history.steps {
            if world.row.end != End::Open {
                break;
            }
            world.meet(step.event);
            world.tick(Duration::from_millis(step.millis), step.first, &step.call);
            for _ in 0..step.seconds {
                world.tick(SECOND, step.first, &step.call);
            }
        }
        let call =
            Call { taken_after: Some(0), answered: true, ends_after: None, idle: 0, lag: 0, short: false };
        for _ in 0..60 {
            world.tick(SECOND, 0, &call);
        }
        for node in &mut world.nodes {
            node.ahead = 0;
        }
        for _ in 0..5_000 {
            if world.row.end != End::Open {
                break;
            }
            world.tick(5 * SECOND, 0, &call);
        }
        world
    }

    fn meet(&mut self, event: Event) {
        match event {
            Event::Death(node) => self.die(node),
            Event::Mute(node, seconds) => {
                self.nodes[node].mute_until = self.now + Duration::from_secs(seconds);
            }
            Event::NodeClock(node, ahead) => {
                self.seen.clocks_set += 1;
                self.nodes[node].ahead = ahead;
            }
            Event::LeaseClock(ahead) => {
                self.seen.clocks_set += 1;
                self.lease_clock_ahead = ahead;
            }
            Event::Nothing => {}
        }
    }

    fn die(&mut self, node: usize) {
        self.seen.deaths += 1;
        // What was on its way may still arrive.
        self.nodes[node] = Node { ahead: self.nodes[node].ahead, ..Node::default() };
    }

    /// The call has no effect later than now.
    fn cut(&mut self, run: Run) {
        let last = self.network.now;
        self.network.made.retain(|at| *at <= last || Some(*at) != run.effect);
    }

    fn tick(&mut self, time: Duration, first: usize, call: &Call) {
        self.now += time;
        self.network.now = self.network.now.plus(time);
        for node in [0, 1] {
            self.beat(node);
            self.carry_on(node);
        }
        for node in [0, 1] {
            self.watch(node);
        }
        for node in [first, 1 - first] {
            self.claim(node, call);
        }
    }

    fn lease_time(&self) -> Timestamp {
        time(self.now, self.lease_clock_ahead)
    }

    fn clock(&self, node: usize) -> Timestamp {
        time(self.now, self.nodes[node].ahead)
    }

    fn is_mute(&self, node: usize) -> bool {
        self.now < self.nodes[node].mute_until
    }

    fn holds(&self, run: Run) -> bool {
        self.row.token == run.lease.token && self.row.lease_until.is_some()
    }

    fn lease_is_extended(&mut self) {
        self.row.lease_until = Some(self.lease_time().plus(LEASE));
    }

    /// The heartbeat of a lease.
    fn beat(&mut self, node: usize) {
        let due = |run: &Run| self.now >= run.next_beat && !self.is_mute(node);
        let Some(mut run) = self.nodes[node].run.filter(due) else { return };
        if !self.holds(run) {
            self.seen.robbed |= self.now < run.held_until;
            self.cut(run);
            self.nodes[node].run = None;
            return;
        }
        self.lease_is_extended();
        (run.held_until, run.next_beat) = (self.now + LEASE, self.now + BEAT);
        self.nodes[node].run = Some(run);
    }

    /// A call goes on, or ends and is written.
    fn carry_on(&mut self, node: usize) {
        let Some(run) = self.nodes[node].run else { return };
        let held = self.now < run.held_until;
        let answered = run.answered_at.is_some_and(|at| at <= self.now);
        if held && !answered && self.now < run.broken_at {
            return;
        }
        if !answered {
            self.cut(run);
        }
        // An outcome waits for the database for as long as the lease is held.
        if held && self.is_mute(node) {
            return;
        }
        self.nodes[node].run = None;
        if self.is_mute(node) {
            return;
        }
        if !self.holds(run) {
            self.seen.robbed |= held;
            return;
        }
        if answered {
            self.finish(End::Done);
        } else {
            self.seen.lost_answers += 1;
            let wait = self.ledger.wait(self.network.told(), SHOWS_AFTER);
            self.put_off(node, wait.unwrap_or_default());
        }
    }

    fn finish(&mut self, end: End) {
        (self.row.end, self.row.lease_until) = (end, None);
    }

    /// It is due again by the node's clock.
    fn put_off(&mut self, node: usize, wait: Duration) {
        (self.row.due_at, self.row.lease_until) = (self.clock(node).plus(wait), None);
    }

    /// Takes over a lease that was overdue, and stayed as it was while it was watched.
    fn watch(&mut self, node: usize) {
        if self.is_mute(node) {
            return;
        }
        let (now, token) = (self.now, self.row.token);
        let lease_time = self.lease_time();
        if let Some(until) = self.row.lease_until.filter(|until| OVERDUE.watches(*until, lease_time)) {
            let lease = Lease { id: (), token, until };
            let earlier = self.nodes[node].watched.filter(|(watched, _)| *watched == lease);
            self.nodes[node].watched = earlier.or(Some((lease, now)));
        }
        let Some((lease, since)) = self.nodes[node].watched else { return };
        if now < since + PATIENCE {
            return;
        }
        self.nodes[node].watched = None;
        if Lapsed::Seen(vec![lease]).takes((), token, self.row.lease_until) {
            (self.row.token, self.row.lease_until) = (token + 1, None);
            self.seen.takeovers += 1;
        }
    }

    /// A free node takes the work up where it is due: it is sent, or what became of it is looked for.
    fn claim(&mut self, node: usize, call: &Call) {
        // Looking takes no time here: only a call that is sent outlasts a moment.
        let row = &self.row;
        let free = row.end == End::Open && row.lease_until.is_none() && row.due_at <= self.clock(node);
        if !free || self.is_mute(node) || self.nodes[node].run.is_some() {
            return;
        }
        self.row.token += 1;
        self.lease_is_extended();
        if self.ledger.sent.is_empty() {
            return self.send(node, call);
        }
        let told = self.network.told();
        if let Some(wait) = self.ledger.wait(told, SHOWS_AFTER) {
            return self.put_off(node, wait);
        }
        let next = self.ledger.read_back(&self.network, call);
        match (next, self.ledger.wait(told, SETTLE)) {
            (Next::Settle, _) => {
                self.seen.late_finds += 1;
                self.finish(End::Done);
            }
            (_, Some(wait)) => self.put_off(node, wait),
            (Next::SendAgain, None) => {
                self.seen.sent_again += 1;
                self.send(node, call);
            }
            (Next::LookAgain, None) => {
                self.ledger.attempts += 1;
                self.put_off(node, BACKOFF);
            }
            (Next::GiveUp, None) => self.finish(End::Failed),
            (Next::AskAPerson, None) => self.finish(End::Asked),
        }
    }

    fn send(&mut self, node: usize, call: &Call) {
        self.ledger.write_sent(self.network.told());
        self.lease_is_extended();
        let (now, made) = (self.network.now, &mut self.network.made);
        if self.network.refuses_duplicates && made.iter().any(|at| *at <= now) {
            self.ledger.duplicate = true;
            return self.put_off(node, BACKOFF);
        }
        self.seen.sent_over_it |= !made.is_empty();
        let taken_after = call.taken_after.map(Duration::from_secs);
        let effect = taken_after.map(|after| now.plus(after));
        made.extend(effect);
        let broken_after = call.ends_after.map_or(LONGEST, Duration::from_secs);
        self.nodes[node].run = Some(Run {
            lease: Lease { id: (), token: self.row.token, until: self.lease_time().plus(LEASE) },
            held_until: self.now + LEASE,
            next_beat: self.now + BEAT,
            answered_at: taken_after.filter(|_| call.answered).map(|after| self.now + after),
            broken_at: self.now + broken_after.max(taken_after.unwrap_or_default()),
            effect,
        });
    }

    pub(super) fn public(&self) -> usize {
        self.network.made.len()
    }
}

/// What a clock shows that is so many seconds ahead.
fn time(passed: Duration, ahead: i64) -> Timestamp {
    by_clock(Timestamp::from_micros(1_000_000_000_000).unwrap().plus(passed), ahead)
}
