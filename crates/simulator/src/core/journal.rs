//! The file that holds the simulator's state: one transaction a line, appended, replayed at open.

use super::record::Record;
use anyhow::{Context, bail};
use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

/// An open journal. Only one process holds a state file at a time.
pub struct Journal {
    file: File,
    length: u64,
    /// Held, never read: the lock ends with the file handle, whatever ends the process.
    lock: File,
}

impl Journal {
    /// Opens or creates the file and hands every stored record to `apply`, in the order of writing.
    ///
    /// A last line that a killed process left half written was never answered: it is cut off. Damage anywhere else is
    /// an error.
    pub fn open(path: &Path, mut apply: impl FnMut(Record)) -> anyhow::Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
        }
        let lock = lock(path)?;
        let text = match std::fs::read(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error).with_context(|| format!("read {}", path.display())),
        };
        let mut length = 0;
        for (number, line) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
            if !line.ends_with(b"\n") {
                break;
            }
            let Ok(records) = serde_json::from_slice::<Vec<Record>>(line) else {
                bail!("{} is damaged at line {}", path.display(), number + 1);
            };
            for record in records {
                apply(record);
            }
            length += line.len();
        }
        let mut file = private().truncate(false).open(path)?;
        let length = u64::try_from(length)?;
        file.set_len(length)?;
        file.seek(SeekFrom::End(0))?;
        Ok(Self { file, length, lock })
    }

    /// Appends one transaction.
    ///
    /// A plain `write` without `fsync`: the promise is that the state survives the death of this process, and what the
    /// kernel has taken does. A network does not lose its posts when our machine loses power, but a trial does not
    /// plan for that, and a sync on every write would cost a hundredfold.
    pub fn append(&mut self, records: &[Record]) -> io::Result<()> {
        let mut line = serde_json::to_vec(records)?;
        line.push(b'\n');
        if let Err(error) = self.file.write_all(&line) {
            // What was written in part must not stand in front of the next transaction.
            self.file.set_len(self.length)?;
            self.file.seek(SeekFrom::End(0))?;
            return Err(error);
        }
        self.length += u64::try_from(line.len()).unwrap_or(u64::MAX);
        Ok(())
    }

    /// In bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Replaces the whole content by `records`, atomically.
    pub fn rewrite(&mut self, path: &Path, records: &[Record]) -> anyhow::Result<()> {
        let temporary = path.with_extension("rewriting");
        let file = private().truncate(true).open(&temporary)?;
        let mut fresh = Self { file, length: 0, lock: self.lock.try_clone()? };
        for some in records.chunks(256) {
            fresh.append(some)?;
        }
        std::fs::rename(&temporary, path)?;
        *self = fresh;
        Ok(())
    }
}

/// Opens for writing, and makes what is not there for this user alone: the journal holds tokens, and whoever may open
/// its lock file may keep the simulator from starting.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn lock(path: &Path) -> anyhow::Result<File> {
    let name = path.with_extension("lock");
    let file = private().open(&name)?;
    if file.try_lock().is_err() {
        bail!("{} is in use by another process", path.display());
    }
    Ok(file)
}
