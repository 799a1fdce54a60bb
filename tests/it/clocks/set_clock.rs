//! A server's clock that a test sets.

use crate::support::database::Database;
use crate::support::server::Settings;
use std::path::PathBuf;

/// How the clock is set in the middle of a call or behind a lost answer, in seconds: what a virtual machine that was
/// resumed does, and what an hour of a wrong time zone does.
pub const JUMPS: [i64; 3] = [60, 3_600, -3_600];

/// The file that says by how much a server's clock is ahead.
pub struct SetClock(PathBuf);

impl SetClock {
    /// A clock that is right.
    pub fn right(db: &Database, name: &str) -> Self {
        let clock = Self(db.folder().join(name));
        clock.set(0);
        clock
    }

    /// Sets it so many seconds ahead of the right time, or behind if negative.
    pub fn set(&self, ahead: i64) {
        let new = self.0.with_extension("new");
        std::fs::write(&new, ahead.to_string()).unwrap();
        std::fs::rename(new, &self.0).unwrap();
    }

    /// A server that goes by it.
    pub fn on(&self, settings: Settings) -> Settings {
        settings.set("FANFARE_TEST_CLOCK_FILE", &self.0.display().to_string())
    }
}
