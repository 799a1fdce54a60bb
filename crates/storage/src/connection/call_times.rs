//! How long calls to the database wait and take, as metrics.

use std::time::Instant;

/// Measures a call from the moment it has its connection; the measurement is taken when this is dropped, whatever
/// became of the call.
pub struct Timed {
    call: &'static str,
    begun: Instant,
}

/// The call has a connection now, after waiting for it since `asked`. `call`: repository and function, such as
/// `posts::page`.
pub fn begin(asked: Instant, pool: &'static str, call: &'static str) -> Timed {
    let begun = Instant::now();
    metrics::histogram!("fanfare_db_pool_wait_seconds", "pool" => pool).record(begun - asked);
    Timed { call, begun }
}

impl Drop for Timed {
    fn drop(&mut self) {
        metrics::histogram!("fanfare_db_call_seconds", "call" => self.call).record(self.begun.elapsed());
    }
}
