//! What is due, for the timetable.

use crate::fault::fault;
use fanfare_domain::clock::SharedClock;
use fanfare_leased_work::{Agenda, Look, WorkError, WorkKind};
use fanfare_storage::Db;

/// The agenda of all kinds of work, in the database.
pub struct StoredAgenda {
    pub db: Db,
    pub clock: SharedClock,
}

impl Agenda for StoredAgenda {
    async fn look(&self, counted: bool) -> Result<Look, WorkError> {
        let look = self.db.agenda().look(self.clock.now(), counted).await.map_err(fault)?;
        let published = look.entries.iter().find(|entry| entry.kind == WorkKind::Publish);
        if let Some(depth) = published.and_then(|entry| entry.depth) {
            // A gauge is a float; a queue that it cannot hold exactly does not occur.
            let depth = f64::from(i32::try_from(depth).unwrap_or(i32::MAX));
            metrics::gauge!("fanfare_jobs_queue_depth").set(depth);
        }
        Ok(look)
    }
}
