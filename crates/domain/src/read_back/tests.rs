//! A network and an engine in small: whatever happens between them, nothing is public twice, and what the engine says of
//! it is true. Our clocks do not occur: nothing here asks them. Two engines at once, with leases and with clocks that are
//! set, are in [`two_nodes`].

mod two_nodes;

use super::{Next, Sent, Shown, Window, next};
use crate::clock::Timestamp;
use proptest::prelude::*;
use std::time::Duration;

const LEASE: Duration = Duration::from_secs(30);
const SETTLE: Duration = Duration::from_secs(20);
const ATTEMPTS: usize = 3;

/// What becomes of one call, and of what surrounds it.
#[derive(Clone, Debug)]
struct Call {
    /// The network takes it so long after it was sent; `None`: never.
    taken_after: Option<u64>,
    /// The answer arrives; else it is lost.
    answered: bool,
    /// The process dies, or the connection breaks, this long after it was sent, if the answer is lost.
    ends_after: Option<u64>,
    /// Until somebody takes it up again.
    idle: u64,
    /// How long the network's listing lags.
    lag: u64,
    /// The listing does not reach back to the window's begin.
    short: bool,
}

fn call() -> impl Strategy<Value = Call> {
    (
        prop::option::of(0..30_u64),
        any::<bool>(),
        prop::option::of(0..30_u64),
        0..7_200_u64,
        0..=SETTLE.as_secs(),
        prop::bool::weighted(0.1),
    )
        .prop_map(|(taken_after, answered, ends_after, idle, lag, short)| Call {
            taken_after,
            answered: answered && taken_after.is_some(),
            ends_after,
            idle,
            lag,
            short,
        })
}

/// The network's side. Its time is the true one.
struct Network {
    now: Timestamp,
    /// When what was published was made.
    made: Vec<Timestamp>,
    /// How many seconds an item's time is ahead of when it was made.
    stamped_ahead: i64,
    refuses_duplicates: bool,
}

impl Network {
    /// Its time as an answer tells it: in whole seconds.
    fn told(&self) -> Timestamp {
        Timestamp::from_micros(self.now.micros() / 1_000_000 * 1_000_000).unwrap()
    }

    fn show(&self, window: Window, lag: u64, short: bool) -> Shown {
        // A network that refuses duplicates is allowed to list late.
        let lag = if self.refuses_duplicates { lag * 600 } else { lag };
        let listed = self.now.minus(Duration::from_secs(lag));
        let found =
            self.made.iter().any(|at| *at <= listed && window.holds(by_clock(*at, self.stamped_ahead)));
        match (found, short) {
            (true, _) => Shown::Found,
            (false, true) => Shown::Unclear,
            (false, false) => Shown::Absent,
        }
    }
}

/// A time by a clock that is as many seconds ahead.
fn by_clock(at: Timestamp, ahead: i64) -> Timestamp {
    let (ahead, behind) = (ahead.max(0).unsigned_abs(), ahead.min(0).unsigned_abs());
    at.plus(Duration::from_secs(ahead)).minus(Duration::from_secs(behind))
}

/// What the engine keeps of a step, and what it asks the rules about it.
#[derive(Default)]
struct Ledger {
    sent: Vec<Sent>,
    /// A later call was refused because of an earlier one.
    duplicate: bool,
    attempts: usize,
}

impl Ledger {
    fn write_sent(&mut self, told: Timestamp) {
        self.sent.push(Sent::now(told, LEASE));
        self.attempts += 1;
    }

    /// What is left of a time that begins with the end of the last call. Who has the step's lease knows that it has
    /// ended, and by when.
    fn wait(&mut self, told: Timestamp, time: Duration) -> Option<Duration> {
        let last = self.sent.last_mut().unwrap();
        *last = last.ended(told);
        last.wait(told, time)
    }

    fn read_back(&self, network: &Network, call: &Call) -> Next {
        let window = Window::of(self.sent.iter().copied(), SETTLE).unwrap();
        let shown = network.show(window, call.lag, call.short);
        next(shown, self.duplicate, self.attempts < ATTEMPTS)
    }
}

/// How a history ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Done,
    Failed,
    Asked,
    /// The history was too short.
    Open,
}

struct Engine {
    network: Network,
    ledger: Ledger,
}

impl Engine {
    fn pass(&mut self, seconds: u64) {
        self.network.now = self.network.now.plus(Duration::from_secs(seconds));
    }

    /// Sends; whether the answer came.
    fn send(&mut self, call: &Call) -> bool {
        self.ledger.write_sent(self.network.told());
        if self.network.refuses_duplicates && !self.network.made.is_empty() {
            self.ledger.duplicate = true;
            return false;
        }
        if let Some(after) = call.taken_after {
            // What a process that died had under way may still arrive; nothing does after the call's end.
            self.network.made.push(self.network.now.plus(Duration::from_secs(after)));
        }
        if !call.answered {
            let died = call.ends_after.map(|after| after.max(call.taken_after.unwrap_or(0)));
            self.pass(died.unwrap_or(LEASE.as_secs()));
        }
        call.answered
    }

    fn run(mut self, history: &[Call]) -> (End, usize) {
        for call in history {
            if self.ledger.sent.is_empty() {
                if self.send(call) {
                    return (End::Done, self.network.made.len());
                }
            } else if let Some(end) = self.look(call) {
                return (end, self.network.made.len());
            }
            self.pass(call.idle);
        }
        (End::Open, self.network.made.len())
    }

    fn look(&mut self, call: &Call) -> Option<End> {
        if let Some(wait) = self.ledger.wait(self.network.told(), SETTLE) {
            self.pass(wait.as_secs() + 1);
        }
        match self.ledger.read_back(&self.network, call) {
            Next::Settle => Some(End::Done),
            Next::SendAgain => self.send(call).then_some(End::Done),
            Next::LookAgain => {
                self.ledger.attempts += 1;
                None
            }
            Next::GiveUp => Some(End::Failed),
            Next::AskAPerson => Some(End::Asked),
        }
    }
}

proptest! {
    #[test]
    fn nothing_is_public_twice_and_nothing_is_said_that_is_not_so(
        history in prop::collection::vec(call(), 1..12),
        refuses_duplicates in any::<bool>(),
    ) {
        let network = Network {
            now: Timestamp::from_micros(1_795_000_000_000_000).unwrap(),
            made: Vec::new(),
            stamped_ahead: 0,
            refuses_duplicates,
        };
        let engine = Engine { network, ledger: Ledger::default() };
        let certain = !refuses_duplicates && history.iter().all(|call| !call.short);
        let (end, public) = engine.run(&history);
        prop_assert!(public <= 1, "published {public} times");
        match end {
            End::Done => prop_assert_eq!(public, 1),
            End::Failed => prop_assert!(!certain || public == 0, "it failed, and stands there"),
            End::Asked => prop_assert!(!certain, "a person was asked though the network can tell"),
            End::Open => {}
        }
    }
}

#[test]
fn a_refusal_as_a_duplicate_is_never_answered_by_sending_or_failing() {
    for shown in [Shown::Found, Shown::Absent, Shown::Unclear] {
        for attempts_left in [true, false] {
            let next = next(shown, true, attempts_left);
            assert!(!matches!(next, Next::SendAgain | Next::GiveUp), "{shown:?} {attempts_left}: {next:?}");
        }
    }
}

#[test]
fn a_call_of_which_only_our_clock_told_the_time_is_shifted_by_what_that_is_wrong() {
    let at = |seconds: i64| Timestamp::from_micros(seconds * 1_000_000).unwrap();
    let call = Sent { at: at(1_000), ended_by: at(1_030) };
    let ahead = Sent { at: at(400), ended_by: at(430) };
    assert_eq!(call.shifted(at(2_000), at(1_400)), ahead, "our clock is ten minutes ahead");
    assert_eq!(ahead.shifted(at(1_400), at(2_000)), call, "and behind");
}

#[test]
fn a_time_in_whole_seconds_is_taken_for_the_latest_that_it_may_be() {
    let at = |seconds: i64| Timestamp::from_micros(seconds * 1_000_000).unwrap();
    let call = Sent { at: at(1_000), ended_by: at(1_030) };
    assert_eq!(call.wait(at(1_050), SETTLE), Some(Duration::from_secs(1)), "it may have ended at 1030.9");
    assert_eq!(call.wait(at(1_051), SETTLE), None);
}
