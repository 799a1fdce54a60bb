//! For tests of what must not take for ever.

#![expect(clippy::duration_suboptimal_units, reason = "limits are written in the unit of their source")]

use std::sync::mpsc;
use std::time::Duration;

/// Far more than anything needs that ends, on however busy a machine; far less than what grows with the square or the
/// power of its input needs on the inputs of the tests.
const PATIENCE: Duration = Duration::from_secs(60);

/// The result of `work`.
///
/// # Panics
/// If the work panics or never ends.
pub fn finite<T: Send + 'static>(what: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, waits) = mpsc::channel();
    std::thread::spawn(move || done.send(work()));
    waits.recv_timeout(PATIENCE).unwrap_or_else(|error| panic!("{what}: {error}"))
}
