//! Which clock the server goes by: the computer's on SQLite, the database's on PostgreSQL.

use anyhow::Context as _;
use fanfare_config::Config;
use fanfare_domain::clock::{Clock, FollowedClock, SharedClock, SystemClock, Timestamp};
use fanfare_storage::Db;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// How often a server without workers, whose timetable would do it, reads the database's clock.
const READ_EVERY: Duration = Duration::from_secs(10);

/// The clock that every part is given.
pub(super) struct ServerClock {
    pub clock: SharedClock,
    /// The same clock, where it follows the database's.
    pub followed: Option<Arc<FollowedClock>>,
}

impl ServerClock {
    /// Servers that share a database go by its clock, so that all mean the same by a time.
    pub async fn open(config: &Config, db: &Db) -> anyhow::Result<Self> {
        let own: SharedClock = match &config.test_clock_file {
            Some(file) => Arc::new(SetClock(file.clone())),
            None => Arc::new(SystemClock),
        };
        if db.is_embedded() {
            return Ok(Self { clock: own, followed: None });
        }
        let asked = Instant::now();
        let time = db.agenda().present(own.now()).await.context("DATABASE_URL: the time cannot be read")?;
        let followed = Arc::new(FollowedClock::new(asked, time));
        Ok(Self { clock: followed.clone(), followed: Some(followed) })
    }
}

/// Reads the database's clock until `stop`. One that does not answer is followed by the time that passes here.
pub(super) async fn follow(followed: Arc<FollowedClock>, db: Db, stop: CancellationToken) {
    while stop.run_until_cancelled(sleep(READ_EVERY)).await.is_some() {
        let asked = Instant::now();
        match db.agenda().present(followed.now()).await {
            Ok(time) => followed.observe(asked, asked.elapsed(), time),
            Err(error) => tracing::debug!(%error, "the database's time cannot be read"),
        }
    }
}

/// The computer's clock, set by the seconds that stand in a file. Tests move it while the server runs.
struct SetClock(PathBuf);

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        let now = SystemClock.now();
        let ahead: i64 =
            std::fs::read_to_string(&self.0).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0);
        let by = Duration::from_secs(ahead.unsigned_abs());
        if ahead < 0 { now.minus(by) } else { now.plus(by) }
    }
}
