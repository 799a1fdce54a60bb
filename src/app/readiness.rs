//! What must answer for the server to be of use.

use async_trait::async_trait;
use fanfare_domain::clock::SharedClock;
use fanfare_edge::health::Readiness;
use fanfare_storage::Db;
use rustix::fs::statvfs;
use std::path::{Path, PathBuf};

/// The database, and the room that it and the media have.
pub struct StorageReadiness {
    pub db: Db,
    pub clock: SharedClock,
    /// The data folder.
    pub data: PathBuf,
    /// Room on its disk, in bytes, that must be left.
    pub min_free_bytes: u64,
}

#[async_trait]
impl Readiness for StorageReadiness {
    async fn check(&self) -> Vec<(&'static str, Result<(), String>)> {
        let database = self.db.ping().await.map_err(|error| {
            tracing::warn!(%error, "the database does not answer");
            "does not answer".to_owned()
        });
        vec![("database", database), ("storage", self.storage().await)]
    }
}

impl StorageReadiness {
    /// A write that found no room is tried again here: where nobody is sent to a server that is not ready, nothing else
    /// would find out that there is room again.
    async fn storage(&self) -> Result<(), String> {
        if self.db.is_full() && self.db.room().prove(self.clock.now()).await.is_err() && self.db.is_full() {
            return Err("the database cannot store data: its disk is full or fails".to_owned());
        }
        let free = free_bytes(&self.data);
        if free.is_some_and(|free| free < self.min_free_bytes) {
            tracing::error!(free, folder = %self.data.display(), "the disk is nearly full");
            return Err(format!("less than {} bytes are free in the data folder", self.min_free_bytes));
        }
        Ok(())
    }
}

/// What may still be written to a folder; `None`: the system does not tell.
fn free_bytes(folder: &Path) -> Option<u64> {
    let disk = statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_there_has_a_size() {
        assert!(free_bytes(Path::new(".")).is_some());
        assert_eq!(free_bytes(Path::new("/no such folder")), None);
    }
}
