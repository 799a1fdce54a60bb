//! What is due, for the timetable.

use crate::fault::fault;
use fanfare_domain::clock::SharedClock;
use fanfare_leased_work::{Agenda, Look, WorkError};
use fanfare_storage::Db;

/// The agenda of all kinds of work, in the database.
pub struct StoredAgenda {
    pub db: Db,
    pub clock: SharedClock,
}

impl Agenda for StoredAgenda {
    async fn look(&self, counted: bool) -> Result<Look, WorkError> {
        self.db.agenda().look(self.clock.now(), counted).await.map_err(fault)
    }
}
