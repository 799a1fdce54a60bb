//! Deletes the files of the media store that no media row names.

use crate::context::{Context, ServiceResult};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::UnownedFileId;
use fanfare_domain::retry::backoff;
use fanfare_domain::work::{Lapsed, Lease, Overdue};
use fanfare_media::{MediaError, MediaStore, StorageKey};
use fanfare_storage::work::unowned_file::ClaimedFile;
use std::sync::Arc;
use std::time::Duration;

/// Between two attempts to delete a file. It is never given up: a disk that is broken may be mended.
const BASE: Duration = Duration::from_secs(2);
const CAP: Duration = Duration::from_hours(1);

/// The service of files that are to be deleted.
#[derive(Clone)]
pub struct FileDeletions {
    context: Arc<Context>,
    store: Arc<MediaStore>,
}

impl FileDeletions {
    pub(crate) fn new(context: &Arc<Context>, store: &Arc<MediaStore>) -> Self {
        Self { context: Arc::clone(context), store: Arc::clone(store) }
    }

    /// Claims files that are to be deleted now, at most `room`.
    pub async fn claim(&self, room: usize) -> ServiceResult<Vec<ClaimedFile>> {
        let (now, limit) = (self.context.clock.now(), i64::try_from(room).unwrap_or(1));
        Ok(self.context.db.unowned_files().claim(now, limit, self.context.options.lease).await?)
    }

    /// Keeps a claim.
    pub async fn extend(&self, lease: Lease<UnownedFileId>) -> ServiceResult<()> {
        let (now, lease_for) = (self.context.clock.now(), self.context.options.lease);
        Ok(self.context.db.unowned_files().extend(lease, now, lease_for).await?)
    }

    /// Deletes the file.
    pub async fn run(&self, file: &ClaimedFile) -> ServiceResult<()> {
        match StorageKey::parse(&file.storage_key) {
            Some(key) => Ok(self.store.delete(&key).await.map_err(MediaError::from)?),
            // What is no key of the store is no file in it.
            None => Ok(()),
        }
    }

    /// Ends a claim whose file is deleted.
    pub async fn settle(&self, lease: Lease<UnownedFileId>) -> ServiceResult<()> {
        Ok(self.context.db.unowned_files().forget(lease).await?)
    }

    /// Gives a claim back: for another worker to take at once, or, as an attempt, after a wait.
    pub async fn give_back(
        &self,
        file: &ClaimedFile,
        lease: Lease<UnownedFileId>,
        counted: bool,
    ) -> ServiceResult<()> {
        let now = self.context.clock.now();
        let at = if counted { again_at(now, file.attempts) } else { now };
        Ok(self.context.db.unowned_files().give_back(lease, at, counted, now).await?)
    }

    /// Leases that are overdue, at most `limit`, those first that end first.
    pub async fn lapsed(&self, overdue: Overdue, limit: i64) -> ServiceResult<Vec<Lease<UnownedFileId>>> {
        Ok(self.context.db.unowned_files().lapsed(overdue, limit, self.context.clock.now()).await?)
    }

    /// Takes files from workers that are gone; answers how many.
    pub async fn retake(&self, lapsed: Lapsed<UnownedFileId>) -> ServiceResult<usize> {
        Ok(self.context.db.unowned_files().retake(lapsed).await?)
    }
}

fn again_at(now: Timestamp, attempts: i32) -> Timestamp {
    now.plus(backoff(u32::try_from(attempts).unwrap_or(1), BASE, CAP, rand::random(), None))
}
