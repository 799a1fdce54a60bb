//! What is known of a call with a public effect whose answer was lost, and what follows from it. Pure: the engine asks
//! here when it may look for the effect, where, and what to do about what it finds.
//!
//! All times are the network's own, as its answers tell it. Clocks of ours may differ, be set, or jump: they decide
//! nothing here.

use crate::clock::Timestamp;
use std::time::Duration;

/// How exactly a network's time is known: answers tell it in whole seconds (RFC 9110, 6.6.1).
const READING: Duration = Duration::from_secs(1);
/// How far a network's servers may be from each other, and an item's time from when it was made. Wide, because an item
/// that is overlooked is published twice.
const SPREAD: Duration = Duration::from_mins(5);

/// A call that was sent, by the network's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Just before it.
    pub at: Timestamp,
    /// No request of it is under way after this.
    pub ended_by: Timestamp,
}

impl Sent {
    /// A call that is sent now and lasts at most `longest`.
    pub fn now(network_now: Timestamp, longest: Duration) -> Self {
        Self { at: network_now, ended_by: network_now.plus(longest) }
    }

    /// How long to wait until a listing certainly shows its effect, which takes the network `settle` after the call's
    /// end; `None`: it does.
    pub fn wait(self, network_now: Timestamp, settle: Duration) -> Option<Duration> {
        let readable_at = self.ended_by.plus(settle).plus(READING);
        (network_now < readable_at).then(|| readable_at.since(network_now))
    }

    /// A call of which only our clock told the time, by the network's: `network_now` and `now` are read together.
    #[must_use]
    pub fn shifted(self, now: Timestamp, network_now: Timestamp) -> Self {
        let shift = |at: Timestamp| at.plus(network_now.since(now)).minus(now.since(network_now));
        Self { at: shift(self.at), ended_by: shift(self.ended_by) }
    }

    /// Whoever made the call is known to be done with it: it ended by now.
    #[must_use]
    pub fn ended(self, network_now: Timestamp) -> Self {
        Self { ended_by: self.ended_by.min(network_now).max(self.at), ..self }
    }
}

/// Where the effect of calls is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub since: Timestamp,
    pub until: Timestamp,
}

impl Window {
    /// Around a call.
    pub fn around(call: Sent, settle: Duration) -> Self {
        Self { since: call.at.minus(SPREAD), until: call.ended_by.plus(settle).plus(SPREAD) }
    }

    /// Around every call that may have had it, the first to the last. `None`: there was none.
    pub fn of(calls: impl IntoIterator<Item = Sent>, settle: Duration) -> Option<Self> {
        calls
            .into_iter()
            .map(|call| Self::around(call, settle))
            .reduce(|all, one| Self { since: all.since.min(one.since), until: all.until.max(one.until) })
    }

    /// Whether something of this time may be the effect.
    pub fn holds(self, at: Timestamp) -> bool {
        (self.since..=self.until).contains(&at)
    }
}

/// What a network showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The effect.
    Found,
    /// The whole window, and no effect in it.
    Absent,
    /// Less than the window, or more than one that could be it.
    Unclear,
}

/// What is done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The step is done.
    Settle,
    /// It is certainly not there: the step is sent again.
    SendAgain,
    /// It is there, and not listed yet.
    LookAgain,
    /// It is certainly not there, and was tried often enough.
    GiveUp,
    /// Nobody but a person can tell.
    AskAPerson,
}

/// What is done about what a network showed. `refused_as_duplicate`: it refused a later call because it has the effect of
/// an earlier one. `attempts_left`: whether one more is allowed.
pub fn next(shown: Shown, refused_as_duplicate: bool, attempts_left: bool) -> Next {
    match (shown, refused_as_duplicate, attempts_left) {
        (Shown::Found, ..) => Next::Settle,
        (Shown::Absent, true, true) => Next::LookAgain,
        (Shown::Absent, false, true) => Next::SendAgain,
        (Shown::Absent, false, false) => Next::GiveUp,
        (Shown::Absent, true, false) | (Shown::Unclear, ..) => Next::AskAPerson,
    }
}

#[cfg(test)]
mod tests;
