//! When a long-lived connection's actor is looked at again.

use fanfare_domain::actor::Actor;
use fanfare_domain::clock::{Clock as _, SystemClock};
use std::time::Duration;
use tokio::time::Instant;

/// Timers may be early by a millisecond or so, and a look that comes too early would be the last for a while.
const MARGIN: Duration = Duration::from_millis(50);

/// After the usual time, or as soon as the actor's token ends.
pub fn next_look(usual: Duration, actor: Option<&Actor>) -> Instant {
    let expires = actor.and_then(|actor| actor.expires_at);
    let left = expires.map(|at| at.since(SystemClock.now()) + MARGIN);
    Instant::now() + left.map_or(usual, |left| left.min(usual))
}
