//! What is due, for the timetable.

use crate::fault::fault;
use fanfare_domain::clock::{FollowedClock, SharedClock};
use fanfare_leased_work::{Agenda, Look, WorkError};
use fanfare_storage::Db;
use std::sync::Arc;
use std::time::Instant;

/// The agenda of all kinds of work, in the database.
pub struct StoredAgenda {
    pub db: Db,
    pub clock: SharedClock,
    /// The clock that follows the database's, where it has one of its own: each look reads it.
    pub followed: Option<Arc<FollowedClock>>,
}

impl Agenda for StoredAgenda {
    async fn look(&self, counted: bool) -> Result<Look, WorkError> {
        let asked = Instant::now();
        let look = self.db.agenda().look(self.clock.now(), counted).await.map_err(fault)?;
        if let Some(followed) = &self.followed {
            followed.observe(asked, asked.elapsed(), look.now);
        }
        Ok(look)
    }
}
