//! An SQLite file belongs to one process.

use anyhow::Context as _;
use fanfare_config::private_file;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

/// The right to work on an SQLite file, for as long as it is held. The system takes it back when the process ends,
/// however it ends.
pub struct DatabaseLock(#[expect(dead_code, reason = "holding the file is what it is for")] File);

impl DatabaseLock {
    /// Fails, naming the lock file, while another process holds it.
    pub fn take(database: &Path) -> anyhow::Result<Self> {
        let mut name = database.as_os_str().to_owned();
        name.push(".lock");
        let path = Path::new(&name);
        let file = private_file(path, &[])
            .and_then(|()| OpenOptions::new().write(true).open(path))
            .with_context(|| format!("DATABASE_URL: {} cannot be made", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => anyhow::bail!(
                "DATABASE_URL: another process works on {} (it holds {}); stop it, or use PostgreSQL for several",
                database.display(),
                path.display()
            ),
            Err(TryLockError::Error(error)) => {
                Err(error).context("DATABASE_URL: the lock file cannot be locked")
            }
        }
    }
}
