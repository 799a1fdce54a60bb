//! Limits on the database and the disk.

use super::error::ConfigError;
use super::reader::Reader;
use super::setting;
use std::time::Duration;

/// Limits on the database and the disk.
#[derive(Clone, Copy, Debug)]
pub struct StorageLimits {
    /// The part of the connections, in percent, that the reads of one user may hold at once.
    pub share: u32,
    /// How long a read of PostgreSQL may take.
    pub read: Duration,
    /// How long a command of PostgreSQL may take, with all its statements.
    pub command: Duration,
    /// Room on the disk of the data folder below which the server is not ready, in bytes; 0: any room will do.
    pub min_free_bytes: u64,
}

impl StorageLimits {
    pub(super) fn read(reader: &Reader<'_>) -> Result<Self, ConfigError> {
        Ok(Self {
            share: reader.whole(&setting::DB_SHARE_PERCENT)?,
            read: reader.seconds(&setting::DB_READ_SECONDS)?,
            command: reader.seconds(&setting::DB_COMMAND_SECONDS)?,
            min_free_bytes: reader.whole(&setting::MIN_FREE_BYTES)?,
        })
    }
}
