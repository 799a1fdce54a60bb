//! When the next piece of leased work is due, of all kinds at once: what an idle server asks, and nothing else. The
//! workspace is not a parameter here: a worker works for all of them.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::work::Look;
use std::time::Duration;

contract! {
    trait Agenda = agenda;

    /// When the next piece of each kind is due, by one statement. `counted`: with how many are due or held, and when the last
    /// lease ends.
    read look(clock: Timestamp, counted: bool) -> Look;
    /// The database's time on PostgreSQL, `clock` on SQLite.
    read present(clock: Timestamp) -> Timestamp;
    /// Shortens every wait by the time by which the clock was set back, so that each lasts as long as was meant; answers
    /// how many. On PostgreSQL, whose servers go by its own clock, nothing.
    write shorten_waits(by: Duration, clock: Timestamp) -> usize;
}
